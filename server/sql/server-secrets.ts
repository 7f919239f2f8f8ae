import type { Queryable } from '../database.ts'

/** What all servers of this database share. Throws when the migrations were not applied. */
export async function readServerSecret(db: Queryable, name: 'proof_nonce'): Promise<string> {
  const [row] = await db.query<{ secret: string }>('SELECT secret FROM server_secrets WHERE name = $1', [name])
  if (!row) throw new Error(`The database has no secret ${name}`)
  return row.secret
}
