import { Worker } from 'node:worker_threads'
import { OPENING, type ThreadCall, type ThreadMessage, type ThreadStart, unpackError } from './pglite-messages.ts'
import type { PgliteSession } from './pglite-session.ts'

/**
 * PostgreSQL's own guard against deep recursion answers with an error long before this much is used; with a thread's usual 4 MB
 * the JavaScript stack ends first, and PGlite then answers with nothing at all.
 */
const STACK_MB = 32

/** The thread of the embedded database is gone. `code` is the SQLSTATE of a server that shuts down. */
class DatabaseGoneError extends Error {
  override readonly name = 'DatabaseGoneError'
  readonly code = '57P01'
}

export interface ThreadEvents {
  /** The thread ended though nobody closed it. Everything that waits for it is rejected, and it does not come back. */
  readonly onLost?: ((error: Error) => void) | undefined
}

/**
 * Opens PostgreSQL in a thread of its own: while it works, this one goes on serving. Rejects when the database does not open.
 * (PGlite's own worker class needs a browser: it elects a leader among tabs.)
 */
export async function openPgliteThread(start: ThreadStart, { onLost }: ThreadEvents = {}): Promise<PgliteSession> {
  const worker = new Worker(new URL('./pglite-worker.ts', import.meta.url), {
    workerData: start,
    name: 'database',
    execArgv: [],
    resourceLimits: { stackSizeMb: STACK_MB },
  })
  const waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>()
  const listeners: ((channel: string) => void)[] = []
  let calls = 0
  /** Set once there is nobody left to ask. */
  let gone: Error | undefined
  /** Its end is no surprise: whoever opens or closes hears of it. */
  let isExpected = true

  const end = (error: Error) => {
    if (gone) return
    gone = error
    for (const { reject } of waiting.values()) reject(error)
    waiting.clear()
    if (!isExpected) onLost?.(error)
  }
  const settle = (message: ThreadMessage) => {
    if (message.is === 'notification') {
      for (const listener of listeners) listener(message.channel)
      return
    }
    const waiter = waiting.get(message.id)
    waiting.delete(message.id)
    if (message.is === 'result') waiter?.resolve(message.value)
    else waiter?.reject(unpackError(message))
  }
  worker.on('message', settle)
  worker.on('error', (cause) => end(new DatabaseGoneError("The database's thread failed", { cause })))
  worker.on('exit', () => end(new DatabaseGoneError("The database's thread ended")))

  function answerTo(id: number): Promise<unknown> {
    return new Promise((resolve, reject) => {
      waiting.set(id, { resolve, reject })
    })
  }

  function call(what: ThreadCall, transfer: ArrayBuffer[] = []): Promise<unknown> {
    if (gone) return Promise.reject(gone)
    calls += 1
    const id = calls
    const answer = answerTo(id)
    try {
      worker.postMessage({ ...what, id }, transfer)
    } catch (error) {
      // A parameter that can not be copied.
      waiting.delete(id)
      return Promise.reject(error)
    }
    return answer
  }

  try {
    await answerTo(OPENING)
  } catch (error) {
    await worker.terminate()
    throw error
  }
  isExpected = false
  // The answers' types are those of pglite-session.ts, which the thread calls by the same names.
  return {
    query: async (sql, params) => (await call({ do: 'query', sql, params })) as unknown[],
    exec: async (sql) => {
      await call({ do: 'exec', sql })
    },
    protocol: async (message) => (await call({ do: 'protocol', message }, [message.buffer])) as Uint8Array,
    dump: async (compression) => (await call({ do: 'dump', compression })) as Uint8Array<ArrayBuffer>,
    onNotification: (listener) => {
      listeners.push(listener)
    },
    async close() {
      isExpected = true
      await call({ do: 'close' })
      await worker.terminate()
    },
  }
}
