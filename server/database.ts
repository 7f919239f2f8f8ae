/**
 * The one way to SQL. Two drivers implement it (PGlite in-process, node-postgres); nothing above knows which.
 * Rows come with numeric, bigint and json columns as JavaScript numbers and values, timestamptz as ISO 8601 strings in UTC.
 */
export interface Queryable {
  /** Runs one statement with `$1…` parameters. Rejects with the driver's error, whose `code` is the SQLSTATE. */
  query<Row = Record<string, unknown>>(sql: string, params?: readonly unknown[]): Promise<Row[]>
}

export interface Database extends Queryable {
  /** `pglite` has one session: a query waits for an open transaction, so no transaction may wait for the network. */
  readonly driver: 'pglite' | 'postgres'
  /**
   * Runs `work` in one READ COMMITTED transaction; rolls back when it rejects. Deadlocks and serialization failures
   * (40P01, 40001) run `work` again, up to five times: it must have no effect but SQL (rule S2).
   */
  transaction<T>(work: (tx: Queryable) => Promise<T>): Promise<T>
  /** Runs a script of several statements without parameters in one transaction (migrations). */
  script(sql: string): Promise<void>
  /** Calls `onHint` at every NOTIFY on the channel, and once after each reconnect. Resolves to the way to stop. */
  listen(channel: string, onHint: () => void): Promise<() => Promise<void>>
  close(): Promise<void>
}
