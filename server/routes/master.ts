import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { checksumQuerySchema, ownBranchQuerySchema, pageQuerySchema } from '../../src/contract/queries.ts'
import { PATHS } from '../../src/contract/rest.ts'
import type { RouteDeps } from '../app-deps.ts'
import type { DeviceGuard } from '../http/authenticate.ts'
import { isEtagMatch, pageEtag } from '../http/etag.ts'
import { parseRequest } from '../http/parse-request.ts'
import { readLogPosition } from '../sql/changes.ts'
import { readChecksums } from '../sql/checksums.ts'
import { listRows, readPage } from '../sql/pages.ts'
import type { RowSource } from '../sql/resources.ts'

/**
 * The branch's records: of each resource its keyset pages with ETag (rule R2) or its list, and the checksums of all. A resource of shape
 * `one` has a route of its own elsewhere.
 */
export function registerMasterRoutes(app: FastifyInstance, { db, resources }: RouteDeps, guard: DeviceGuard): void {
  const byName = new Map(resources.map((resource) => [resource.name, resource]))
  const checksumQuery = checksumQuerySchema([...byName.keys()])

  for (const { path, shape, source } of resources) {
    if (shape === 'pages') app.get(path, (request, reply) => answerPage(request, reply, source))
    if (shape === 'list') app.get(path, (request) => answerList(request, source))
  }

  async function answerPage(request: FastifyRequest, reply: FastifyReply, source: RowSource): Promise<FastifyReply> {
    const query = parseRequest(pageQuerySchema, request.query)
    const branchId = guard.ownBranchId(request, query.branch_code)
    if (await isUnchanged(request, reply, branchId)) return reply
    const { limit, last_id: lastId, ids } = query
    const { rows, meta } = await readPage(db, source, { branchId, lastId, limit, ids })
    const etag = pageEtag({ branchId, epoch: meta.epoch, seq: meta.seq, url: request.url })
    return reply.header('etag', etag).send({ code: 200, data: rows, meta })
  }

  async function answerList(request: FastifyRequest, source: RowSource): Promise<{ code: number; data: unknown[] }> {
    const query = parseRequest(ownBranchQuerySchema, request.query)
    const branchId = guard.ownBranchId(request, query.branch_code)
    return { code: 200, data: await listRows(db, source, branchId) }
  }

  /** Answers 304 when the log stands where it stood for the asker, before any row is read. */
  async function isUnchanged(request: FastifyRequest, reply: FastifyReply, branchId: number): Promise<boolean> {
    reply.header('cache-control', 'private, no-cache')
    const known = request.headers['if-none-match']
    if (known === undefined) return false
    const position = await readLogPosition(db, branchId)
    const current = pageEtag({ branchId, ...position, url: request.url })
    if (!isEtagMatch(known, current)) return false
    reply.code(304).header('etag', current).send()
    return true
  }

  app.get(PATHS.checksums, async (request, reply) => {
    const { branch_code: branchCode, upto, resource: name, ...query } = parseRequest(checksumQuery, request.query)
    const resource = byName.get(name)
    if (!resource) throw new Error(`${name} is named by the query and is no resource`)
    const branchId = guard.ownBranchId(request, branchCode)
    if (await isUnchanged(request, reply, branchId)) return reply
    const { ranges, seq, epoch } = await readChecksums(db, { branchId, resource, upTo: upto ?? null, ...query })
    reply.header('etag', pageEtag({ branchId, epoch, seq, url: request.url }))
    return { code: 200, data: ranges, meta: { seq, epoch } }
  })
}
