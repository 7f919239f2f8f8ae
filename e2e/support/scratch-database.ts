import { randomBytes } from 'node:crypto'
import pg from 'pg'

export interface ScratchDatabase {
  readonly name: string
  readonly url: string
  drop(): Promise<void>
}

/**
 * A new database on the server of `adminUrl`, whose user may create one: empty, or a copy of the database `template`, to which
 * nobody may be connected meanwhile.
 */
export async function createScratchDatabase(adminUrl: string, template?: string): Promise<ScratchDatabase> {
  const name = `mstore_test_${randomBytes(6).toString('hex')}`
  await runOnce(adminUrl, `CREATE DATABASE ${name}${template === undefined ? '' : ` TEMPLATE ${template}`}`)
  const url = new URL(adminUrl)
  url.pathname = `/${name}`
  return { name, url: url.href, drop: () => runOnce(adminUrl, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`) }
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
