import type { FastifyInstance } from 'fastify'
import type { AppDeps } from '../app-deps.ts'
import { dumpDatabase, isEmbedded } from '../database/dump.ts'
import { conflict } from '../http/api-error.ts'

/** The embedded database as a file. Behind the admin guard. */
export function registerAdminBackupRoutes(app: FastifyInstance, deps: AppDeps): void {
  app.get('/api/v1/admin/backup', async (request, reply) => {
    if (!isEmbedded(deps.db)) {
      throw conflict('This server uses a PostgreSQL of its own: back that up with pg_dump "$DATABASE_URL"')
    }
    const bytes = await dumpDatabase(deps.db)
    request.log.info({ bytes: bytes.length }, 'backup made')
    return reply
      .type('application/gzip')
      .header('content-disposition', 'attachment; filename="mstore-backup.tar.gz"')
      .send(Buffer.from(bytes.buffer))
  })
}
