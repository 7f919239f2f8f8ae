import pg from 'pg'

const INT8 = 20
const NUMERIC = 1700

/** A shop owner's own SQL tool: a plain client that knows nothing of the product. */
export interface SqlClient {
  /** numeric and bigint come as numbers, as in the product. Connects when it is first needed, and again after a restart. */
  query<Row extends pg.QueryResultRow = pg.QueryResultRow>(sql: string, params?: readonly unknown[]): Promise<Row[]>
  close(): Promise<void>
}

export function createSqlClient(url: () => string): SqlClient {
  let client: pg.Client | null = null

  const connected = async (): Promise<pg.Client> => {
    if (client !== null) return client
    const fresh = new pg.Client({
      connectionString: url(),
      types: {
        getTypeParser: (oid: number, format?: 'text' | 'binary') =>
          oid === INT8 || oid === NUMERIC ? Number : pg.types.getTypeParser(oid, format),
      },
    })
    const forget = () => {
      if (client === fresh) client = null
    }
    fresh.on('error', forget)
    fresh.on('end', forget)
    await fresh.connect()
    client = fresh
    return fresh
  }

  return {
    async query<Row extends pg.QueryResultRow>(sql: string, params: readonly unknown[] = []) {
      const { rows } = await (await connected()).query<Row>(sql, [...params])
      return rows
    },
    async close() {
      const open = client
      client = null
      await open?.end()
    },
  }
}
