import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import type { Logger } from 'pino'
import type { Database, Queryable } from '../database.ts'
import { currentParty } from './party.ts'
import { retryConflicts } from './retry.ts'
import { createTurnQueue } from './turn-queue.ts'
import { parseInt8, parseTimestamp } from './values.ts'

export interface PostgresDatabase extends Database {
  readonly driver: 'postgres'
}

const POOL_SIZE = 10
/** Of one device. */
const POOL_OF_PARTY = 5
const CONNECT_TIMEOUT_MS = 5_000
const RECONNECT_MIN_MS = 100
const RECONNECT_MAX_MS = 5_000

const { INT8, NUMERIC, TIMESTAMPTZ } = pg.types.builtins

const types: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') => {
    if (oid === INT8) return parseInt8
    if (oid === NUMERIC) return Number
    if (oid === TIMESTAMPTZ) return parseTimestamp
    return format === 'binary' ? pg.types.getTypeParser(oid, format) : pg.types.getTypeParser(oid)
  }) as pg.CustomTypesConfig['getTypeParser'],
}

/**
 * Opens a pool. A database that is away refuses queries with the driver's error (`code` ECONNREFUSED, 57P01, …) and is
 * used again once it is back; a lost connection never ends the process.
 */
export function openPostgres(url: string, log: Pick<Logger, 'warn' | 'info'>): PostgresDatabase {
  const settings: pg.ClientConfig = {
    connectionString: url,
    types,
    application_name: 'mstore-counter',
    keepAlive: true,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
  }
  const pool = new pg.Pool({ ...settings, max: POOL_SIZE })
  // The pool itself is first come, first served: as many as it has connections come to it at once, and the parties take turns.
  const turns = createTurnQueue(POOL_SIZE, POOL_OF_PARTY)
  pool.on('error', (error) => log.warn({ err: error }, 'an idle database connection was lost'))
  const listeners = new Set<() => Promise<void>>()

  async function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const end = await turns.take(currentParty())
    try {
      return await work()
    } finally {
      end()
    }
  }

  const queryable = (client: pg.Pool | pg.PoolClient): Queryable => ({
    query: async <Row>(sql: string, params: readonly unknown[] = []): Promise<Row[]> => {
      const result: { rows: Row[] } = await client.query<pg.QueryResultRow & Row>(sql, [...params])
      return result.rows
    },
  })

  const pooled = queryable(pool)

  async function inTransaction<T>(work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
    const client = await pool.connect()
    let broken: Error | undefined
    // Between two statements nobody awaits anything of this connection: its end would be an unhandled 'error'.
    const onError = (error: Error) => {
      broken = error
    }
    client.on('error', onError)
    try {
      await client.query('BEGIN')
      const result = await work(client)
      await client.query('COMMIT')
      return result
    } catch (error) {
      await client.query('ROLLBACK').catch((failure: Error) => {
        broken = failure
      })
      throw error
    } finally {
      client.off('error', onError)
      client.release(broken)
    }
  }

  return {
    driver: 'postgres',
    query: (sql, params) => inTurn(() => pooled.query(sql, params)),
    transaction: (work) => retryConflicts(() => inTurn(() => inTransaction((client) => work(queryable(client))))),
    script: async (sql) => {
      await inTurn(() => inTransaction((client) => client.query(sql)))
    },
    listen: async (channel, onHint) => {
      const stop = await listen(settings, channel, onHint, log)
      const stopOnce = async () => {
        if (listeners.delete(stopOnce)) await stop()
      }
      listeners.add(stopOnce)
      return stopOnce
    },
    close: async () => {
      await Promise.all([...listeners].map((stop) => stop()))
      await pool.end()
    },
  }
}

/** A connection of its own for LISTEN: a pool would hand it to others. Comes back by itself until it is stopped. */
async function listen(
  settings: pg.ClientConfig,
  channel: string,
  onHint: () => void,
  log: Pick<Logger, 'warn' | 'info'>,
): Promise<() => Promise<void>> {
  const stopped = new AbortController()
  let current: pg.Client | undefined

  async function keepListening(first: Promise<void> | undefined): Promise<void> {
    let lost = first
    let delay = RECONNECT_MIN_MS
    while (!stopped.signal.aborted) {
      if (lost) {
        await lost
        if (stopped.signal.aborted) return
        log.warn({ channel }, 'lost the connection for database notifications')
        delay = RECONNECT_MIN_MS
      }
      await sleep(delay * (0.5 + Math.random() / 2), undefined, { signal: stopped.signal }).catch(() => undefined)
      if (stopped.signal.aborted) return
      const attempt = await tryConnect()
      lost = attempt.lost
      if (lost) {
        log.info({ channel }, 'listening to database notifications again')
        onHint()
      }
      delay = Math.min(delay * 2, RECONNECT_MAX_MS)
    }
  }

  /** `lost` settles when the connection ends; undefined when there is none. In an object, because a promise in a promise would be awaited too. */
  async function tryConnect(): Promise<{ lost: Promise<void> | undefined }> {
    const client = new pg.Client(settings)
    const lost = new Promise<void>((resolve) => {
      client.on('error', () => resolve())
      client.on('end', () => resolve())
    })
    client.on('notification', onHint)
    current = client
    try {
      await client.connect()
      await client.query(`LISTEN ${client.escapeIdentifier(channel)}`)
      return { lost }
    } catch {
      await client.end().catch(() => undefined)
      return { lost: undefined }
    }
  }

  const first = await tryConnect()
  const running = keepListening(first.lost)
  return async () => {
    stopped.abort()
    await current?.end().catch(() => undefined)
    await running
  }
}
