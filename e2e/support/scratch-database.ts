import { randomBytes } from 'node:crypto'
import pg from 'pg'

export interface ScratchDatabase {
  readonly url: string
  drop(): Promise<void>
}

/** A new, empty database on the server of `adminUrl`, whose user may create one. */
export async function createScratchDatabase(adminUrl: string): Promise<ScratchDatabase> {
  const name = `mstore_e2e_${randomBytes(6).toString('hex')}`
  await runOnce(adminUrl, `CREATE DATABASE ${name}`)
  const url = new URL(adminUrl)
  url.pathname = `/${name}`
  return { url: url.href, drop: () => runOnce(adminUrl, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`) }
}

async function runOnce(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}
