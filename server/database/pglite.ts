import type { Database, Queryable } from '../database.ts'
import { currentParty } from './party.ts'
import { openPgliteSession, type PgliteSession, type PgliteSource } from './pglite-session.ts'
import { openPgliteThread, type ThreadEvents } from './pglite-thread.ts'
import { retryConflicts } from './retry.ts'
import { createTurnQueue } from './turn-queue.ts'

/** The embedded database. It has one session, which everybody shares. */
export interface PgliteDatabase extends Database {
  readonly driver: 'pglite'
  /** Everything that is committed, as files in a tar. Nobody else is let in meanwhile. */
  dump(compression: 'gzip' | 'none'): Promise<Uint8Array<ArrayBuffer>>
  /** Holds the session for `work` alone (sql-port.ts). It must leave no open transaction behind. */
  exclusive<T>(work: (session: PgliteSession) => Promise<T>): Promise<T>
  /** The channels that this server listens to, as quoted names. */
  channels(): readonly string[]
}

/**
 * Opens PostgreSQL in this process, in a folder or in memory, in a thread of its own. The folder must belong to this process
 * alone: the caller holds its lock. It runs without fsync, so an unclean end can lose the last commits (rule S6).
 */
export async function openPglite(source: PgliteSource & ThreadEvents = {}): Promise<PgliteDatabase> {
  const { onLost, ...start } = source
  return createPgliteDatabase(await openPgliteThread(start, { onLost }))
}

/** The same in the caller's own thread: sooner there, but nothing else runs while it works. For tests of something else. */
export async function openPgliteHere(source: PgliteSource = {}): Promise<PgliteDatabase> {
  return createPgliteDatabase(await openPgliteSession(source))
}

function createPgliteDatabase(session: PgliteSession): PgliteDatabase {
  const turns = createTurnQueue()
  const listeners = new Map<string, Set<() => void>>()
  let isClosed = false
  session.onNotification((channel) => {
    for (const onHint of listeners.get(channel) ?? []) onHint()
  })

  async function exclusive<T>(work: (session: PgliteSession) => Promise<T>): Promise<T> {
    const end = await turns.take(currentParty())
    try {
      if (isClosed) throw new DatabaseClosedError()
      return await work(session)
    } finally {
      end()
    }
  }

  function inTransaction<T>(work: () => Promise<T>): Promise<T> {
    return exclusive(async () => {
      await session.exec('BEGIN')
      try {
        const result = await work()
        await session.exec('COMMIT')
        return result
      } catch (error) {
        await session.exec('ROLLBACK').catch(() => undefined)
        throw error
      }
    })
  }

  async function withQueryable<T>(work: (tx: Queryable) => Promise<T>): Promise<T> {
    let isOver = false
    const tx: Queryable = {
      // Afterwards it would run in the transaction of somebody else.
      query: (sql, params) =>
        isOver ? Promise.reject(new Error('This transaction is over')) : runQuery(session, sql, params),
    }
    try {
      return await work(tx)
    } finally {
      isOver = true
    }
  }

  return {
    driver: 'pglite',
    query: (sql, params) => exclusive(() => runQuery(session, sql, params)),
    transaction: (work) => retryConflicts(() => inTransaction(() => withQueryable(work))),
    script: (sql) => inTransaction(() => session.exec(sql)),
    dump: (compression) => exclusive(() => session.dump(compression)),
    exclusive,
    channels: () => [...listeners.keys()].map(quoted),
    listen: async (channel, onHint) => {
      // A wrapper of its own: the same function may listen twice.
      const listener = () => onHint()
      const known = listeners.get(channel)
      if (known) known.add(listener)
      else {
        listeners.set(channel, new Set([listener]))
        await exclusive(() => session.exec(`LISTEN ${quoted(channel)}`))
      }
      return async () => {
        const left = listeners.get(channel)
        left?.delete(listener)
        if (left?.size !== 0) return
        listeners.delete(channel)
        // Somebody may have begun to listen again before this turn came.
        await exclusive(async () => {
          if (!listeners.has(channel)) await session.exec(`UNLISTEN ${quoted(channel)}`)
        })
      }
    },
    close: () =>
      exclusive(async () => {
        isClosed = true
        await session.close()
      }),
  }
}

/** `code` is the SQLSTATE of a server that shuts down. */
class DatabaseClosedError extends Error {
  override readonly name = 'DatabaseClosedError'
  readonly code = '57P01'

  constructor() {
    super('The database is closed')
  }
}

async function runQuery<Row>(session: PgliteSession, sql: string, params: readonly unknown[] = []): Promise<Row[]> {
  // What a statement gives back is known to its writer only.
  return (await session.query(sql, params)) as Row[]
}

function quoted(channel: string): string {
  return `"${channel.replaceAll('"', '""')}"`
}
