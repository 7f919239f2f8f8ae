import { createServer, type Server, type Socket } from 'node:net'
import type { Logger } from 'pino'
import type { PgliteDatabase } from './pglite.ts'
import { isPassword, PASSWORD_REQUEST, passwordRefusal } from './sql-password.ts'
import {
  createFrameReader,
  type Frame,
  isolateNames,
  readBackendAnswer,
  refuseCopyIn,
  simpleQuery,
  sync,
} from './wire-protocol.ts'

/**
 * The embedded database for ordinary SQL clients (psql, DBeaver, an owner's scripts) on loopback.
 *
 * PGlite has one session. Each client takes its turn in it: from its first message until the database reports that no
 * transaction is open, nobody else is let in, neither another client nor this server. Afterwards the session is put back, so
 * that no setting, role, temporary table or open transaction is met by the next. Hence, as behind a pooler in transaction
 * mode, SET lasts for one statement or one transaction, and LISTEN hears nothing. A statement runs in this process: while a
 * slow one does, the server does nothing else.
 * (@electric-sql/pglite-socket interleaves clients message by message and lets the server's own queries run inside a
 * client's open transaction: a ROLLBACK there took the server's writes with it.)
 */
export interface SqlPort {
  readonly port: number
  close(): Promise<void>
}

export interface SqlPortOptions {
  /** Every local user reaches the port; only who can read the server's folder knows this. */
  readonly password: string
  /** A client that lets its open transaction rest this long is rolled back and disconnected: everybody waits for it. */
  readonly idleTransactionMs?: number
}

type Send = (bytes: Uint8Array) => Promise<'idle' | 'busy'>

const IDLE_TRANSACTION_MS = 15_000
/** A person may be asked for it first: psql connects anew then. */
const PASSWORD_MS = 10_000
const RESET = 'RESET SESSION AUTHORIZATION; RESET ALL; DISCARD TEMP'
const NO_ENCRYPTION = Buffer.from('N')

/** Listens on 127.0.0.1; port 0 takes a free one. Rejects when the port is taken. */
export async function openSqlPort(
  db: PgliteDatabase,
  port: number,
  log: Pick<Logger, 'debug'>,
  { password, idleTransactionMs = IDLE_TRANSACTION_MS }: SqlPortOptions,
): Promise<SqlPort> {
  const sessions = new Map<Socket, Promise<void>>()
  let clients = 0

  const server = createServer((socket) => {
    clients += 1
    const session = serve(db, socket, `c${clients}_`, { password, idleTransactionMs })
      .catch((error: unknown) => log.debug({ err: error }, 'a SQL client was disconnected'))
      .finally(() => {
        socket.end()
        sessions.delete(socket)
      })
    sessions.set(socket, session)
  })

  return {
    port: await listen(server, port),
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      for (const socket of sessions.keys()) socket.destroy()
      await Promise.all([...sessions.values(), closed])
    },
  }
}

/** Serves one client until it leaves. */
async function serve(
  db: PgliteDatabase,
  socket: Socket,
  prefix: string,
  { password, idleTransactionMs }: Required<SqlPortOptions>,
): Promise<void> {
  const inbox = createInbox(socket)
  const statements = new Set<string>()
  try {
    for (;;) {
      const frame = await inbox.next()
      if (!frame || frame.kind === 'terminate' || frame.kind === 'cancel') return
      if (frame.kind === 'encryption') socket.write(NO_ENCRYPTION)
      else if (frame.kind === 'startup') {
        socket.write(PASSWORD_REQUEST)
        if (!isPassword(await inbox.next(PASSWORD_MS), password)) {
          socket.write(passwordRefusal())
          return
        }
        await takeTurn(db, socket, (send) => send(frame.bytes))
      } else await takeTurn(db, socket, (send) => runToIdle(frame, send))
    }
  } finally {
    for (const name of statements) {
      await db.instance.exec(`DEALLOCATE "${name.replaceAll('"', '""')}"`).catch(() => undefined)
    }
  }

  /** Runs this client's messages until no transaction is open any more. */
  async function runToIdle(first: Frame, send: Send): Promise<void> {
    let frame: Frame | undefined = first
    while (frame && frame.kind !== 'terminate') {
      if ((await send(isolateNames(refuseCopyIn(frame.bytes), prefix, statements))) === 'idle') return
      frame = await inbox.next(idleTransactionMs)
    }
    // It went away, or rests: what it has begun is undone, and nobody hears the answer.
    socket.destroy()
    await send(sync())
    await send(simpleQuery('ROLLBACK'))
  }
}

/** Holds the session for one client, and puts it back afterwards. */
function takeTurn(db: PgliteDatabase, socket: Socket, work: (send: Send) => Promise<unknown>): Promise<void> {
  const { instance } = db
  let isDeaf = false
  // Not the raw stream: that one would keep notifications from the server's own listeners.
  const execute = async (bytes: Uint8Array) =>
    readBackendAnswer((await instance.runExclusive(() => instance.execProtocol(bytes, { throwOnError: false }))).data)

  return instance._runExclusiveTransaction(async () => {
    try {
      await work(async (bytes) => {
        const answer = await execute(bytes)
        isDeaf ||= answer.isDeaf
        if (!socket.destroyed) socket.write(answer.visible)
        return answer.state
      })
    } finally {
      await execute(simpleQuery(RESET))
      if (isDeaf) for (const channel of db.channels()) await execute(simpleQuery(`LISTEN ${channel}`))
    }
  })
}

interface Inbox {
  /** The next message, or undefined when the client is gone or says nothing for `timeoutMs`. Rejects on what is no message. */
  next(timeoutMs?: number): Promise<Frame | undefined>
}

function createInbox(socket: Socket): Inbox {
  const read = createFrameReader()
  const frames: Frame[] = []
  let failure: Error | undefined
  let isOver = false
  let notify: (() => void) | undefined

  socket.setNoDelay(true)
  socket.on('data', (chunk) => {
    try {
      frames.push(...read(chunk))
    } catch (error) {
      failure = error instanceof Error ? error : new Error(String(error))
    }
    notify?.()
  })
  const end = () => {
    isOver = true
    notify?.()
  }
  socket.on('end', end)
  socket.on('close', end)
  socket.on('error', end)

  return {
    async next(timeoutMs) {
      if (frames.length === 0 && !isOver && !failure) {
        await new Promise<void>((resolve) => {
          notify = resolve
          if (timeoutMs !== undefined) setTimeout(resolve, timeoutMs).unref()
        })
        notify = undefined
      }
      if (failure) throw failure
      return frames.shift()
    },
  }
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject)
      // Without a listener, a late error of the listening socket would end the process.
      server.on('error', () => undefined)
      const address = server.address()
      resolve(typeof address === 'object' && address ? address.port : port)
    })
  })
}
