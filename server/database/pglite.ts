import { PGlite, types } from '@electric-sql/pglite'
import type { Database, Queryable } from '../database.ts'
import { retryConflicts } from './retry.ts'
import { parseInt8, parseTimestamp } from './values.ts'

/** The embedded database. It has one session, which everybody shares. */
export interface PgliteDatabase extends Database {
  readonly driver: 'pglite'
  /** For sql-port.ts, which lets other programs take their turn in the session. */
  readonly instance: PGlite
  /** The channels that this server listens to, as quoted names. */
  channels(): readonly string[]
}

export interface PgliteSource {
  /** A dump of another one's files to begin with, instead of an empty database. */
  readonly loadDataDir?: Blob
}

/**
 * Opens PostgreSQL in this process, in `dataDir` or in memory. The directory must belong to this process alone: the caller
 * holds its lock. It runs without fsync, so an unclean end can lose the last commits (rule S6).
 */
export async function openPglite(dataDir?: string, options: PgliteSource = {}): Promise<PgliteDatabase> {
  const instance = await PGlite.create({
    ...options,
    dataDir: dataDir ?? 'memory://',
    parsers: { [types.NUMERIC]: Number, [types.INT8]: parseInt8, [types.TIMESTAMPTZ]: parseTimestamp },
  })

  const listeners = new Map<string, number>()
  const queryable = (session: Pick<PGlite, 'query'>): Queryable => ({
    query: async <Row>(sql: string, params: readonly unknown[] = []) =>
      (await session.query<Row>(sql, [...params])).rows,
  })

  return {
    driver: 'pglite',
    instance,
    ...queryable(instance),
    transaction: (work) => retryConflicts(() => instance.transaction((tx) => work(queryable(tx)))),
    script: async (sql) => {
      await instance.transaction((tx) => tx.exec(sql))
    },
    channels: () => [...listeners.keys()],
    listen: async (channel, onHint) => {
      const name = `"${channel.replaceAll('"', '""')}"`
      const stop = await instance.listen(name, () => onHint())
      listeners.set(name, (listeners.get(name) ?? 0) + 1)
      return async () => {
        const left = (listeners.get(name) ?? 1) - 1
        if (left > 0) listeners.set(name, left)
        else listeners.delete(name)
        await stop()
      }
    },
    close: () => instance.close(),
  }
}
