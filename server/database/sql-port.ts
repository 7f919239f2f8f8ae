import { createServer, type Server, type Socket } from 'node:net'
import type { Logger } from 'pino'
import { createCausedLines } from '../caused-lines.ts'
import { createOpenGate, type OpenGate } from '../http/open-gate.ts'
import { asParty } from './party.ts'
import type { PgliteDatabase } from './pglite.ts'
import { isPassword, PASSWORD_REQUEST, passwordRefusal } from './sql-password.ts'
import {
  createFrameReader,
  type Frame,
  fatalError,
  isolateNames,
  ProtocolError,
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
 * mode, SET lasts for one statement or one transaction, and LISTEN hears nothing. While a slow statement runs, all else that
 * needs the database waits.
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
  /** From the connection to the right password, ms. Whoever is asked for it by psql connects anew then. */
  readonly letInMs?: number
  /** Connections at the same time: of those that gave the password, and of those that have not yet. */
  readonly most?: number
  readonly onWrongPassword?: () => void
}

type Send = (bytes: Uint8Array, options?: { isHeard: boolean }) => Promise<'idle' | 'busy'>

const IDLE_TRANSACTION_MS = 15_000
const LET_IN_MS = 5_000
/** Ten programs with a pool of ten. */
const MOST_CONNECTIONS = 100
const RESET = 'RESET SESSION AUTHORIZATION; RESET ALL; DISCARD TEMP'
const NO_ENCRYPTION = Buffer.from('N')

/** Listens on 127.0.0.1; port 0 takes a free one. Rejects when the port is taken. */
export async function openSqlPort(
  db: PgliteDatabase,
  port: number,
  log: Pick<Logger, 'info' | 'warn' | 'error'>,
  {
    password,
    idleTransactionMs = IDLE_TRANSACTION_MS,
    letInMs = LET_IN_MS,
    most = MOST_CONNECTIONS,
    onWrongPassword = () => undefined,
  }: SqlPortOptions,
): Promise<SqlPort> {
  const lines = createCausedLines(log, () => performance.now())
  const strangers = createOpenGate({ total: most, ofAddress: most })
  const letIn = createOpenGate({ total: most, ofAddress: most })
  const sessions = new Map<Socket, Promise<void>>()
  let clients = 0

  async function receive(socket: Socket, prefix: string): Promise<void> {
    const entered = [takePlace(strangers)]
    const passed = () => {
      entered.push(takePlace(letIn))
      entered[0]?.()
    }
    try {
      await serve(db, socket, prefix, { password, idleTransactionMs, letInMs, onLetIn: passed, onWrongPassword })
    } finally {
      for (const leave of entered) leave()
    }
  }

  const server = createServer((socket) => {
    clients += 1
    const name = `c${clients}_`
    socket.on('error', () => undefined)
    const session = asParty(`sql:${name}`, () => receive(socket, name))
      .catch((error: unknown) => {
        if (error instanceof ProtocolError && !socket.destroyed) socket.write(fatalError(error))
        lines('warn', { err: error }, 'a SQL client was disconnected')
      })
      .finally(() => {
        // Not only this side: what the other still sends would be kept.
        socket.destroySoon()
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

function takePlace(gate: OpenGate): () => void {
  const entered = gate.enter('loopback')
  if (typeof entered === 'string') throw new ProtocolError('53300', 'too many connections to the embedded database')
  return entered
}

/** Serves one client until it leaves. */
async function serve(
  db: PgliteDatabase,
  socket: Socket,
  prefix: string,
  options: Required<Omit<SqlPortOptions, 'most'>> & { readonly onLetIn: () => void },
): Promise<void> {
  const { password, idleTransactionMs } = options
  const inbox = createInbox(socket)
  const letInBy = performance.now() + options.letInMs
  const untilLetIn = () => inbox.next(Math.max(1, letInBy - performance.now()))
  let isLetIn = false
  const statements = new Set<string>()
  try {
    for (;;) {
      const frame = await (isLetIn ? inbox.next() : untilLetIn())
      if (!frame || frame.kind === 'terminate' || frame.kind === 'cancel') return
      if (frame.kind === 'encryption') socket.write(NO_ENCRYPTION)
      else if (frame.kind === 'startup') {
        socket.write(PASSWORD_REQUEST)
        const answer = await untilLetIn()
        if (!isPassword(answer, password)) {
          socket.write(passwordRefusal())
          // psql leaves without an answer when it has to ask its user first.
          if (answer?.kind === 'message') options.onWrongPassword()
          return
        }
        options.onLetIn()
        isLetIn = true
        await takeTurn(db, socket, (send) => send(frame.bytes))
      } else await takeTurn(db, socket, (send) => runToIdle(frame, send))
    }
  } finally {
    for (const name of statements) {
      const sql = `DEALLOCATE "${name.replaceAll('"', '""')}"`
      await db.exclusive((session) => session.exec(sql)).catch(() => undefined)
    }
  }

  /** Runs this client's messages until no transaction is open any more. */
  async function runToIdle(first: Frame, send: Send): Promise<void> {
    let state: 'idle' | 'busy' = 'busy'
    let frame: Frame | undefined = first
    try {
      while (frame && frame.kind !== 'terminate') {
        state = await send(isolateNames(refuseCopyIn(frame.bytes), prefix, statements))
        if (state === 'idle') return
        frame = await inbox.next(idleTransactionMs)
      }
      if (!frame && !inbox.isOver()) {
        throw new ProtocolError('25P03', `idle in a transaction for ${idleTransactionMs} ms: everybody waited for it`)
      }
    } finally {
      // It went away, rests, or sends what can not be read: what it has begun is undone, and it does not hear the answer.
      if (state === 'busy') {
        await send(sync(), { isHeard: false })
        await send(simpleQuery('ROLLBACK'), { isHeard: false })
      }
    }
  }
}

/** Holds the session for one client, and puts it back afterwards. */
function takeTurn(db: PgliteDatabase, socket: Socket, work: (send: Send) => Promise<unknown>): Promise<void> {
  return db.exclusive(async (session) => {
    let isDeaf = false
    // A copy: a message is a view of what came from the network, and the database's thread takes its own away.
    const execute = async (bytes: Uint8Array) => readBackendAnswer(await session.protocol(Uint8Array.from(bytes)))
    try {
      await work(async (bytes, { isHeard } = { isHeard: true }) => {
        const answer = await execute(bytes)
        isDeaf ||= answer.isDeaf
        if (isHeard && !socket.destroyed) socket.write(answer.visible)
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
  /** The client is gone. */
  isOver(): boolean
}

/** Messages that nobody has taken yet, at most: until they are, no more is read from the network. */
const MAX_WAITING_FRAMES = 1_000

function createInbox(socket: Socket): Inbox {
  const read = createFrameReader()
  const frames: Frame[] = []
  let failure: Error | undefined
  let isOver = false
  let notify: (() => void) | undefined

  socket.setNoDelay(true)
  socket.on('data', (chunk) => {
    if (failure) return
    try {
      for (const frame of read(chunk)) frames.push(frame)
    } catch (error) {
      failure = error instanceof Error ? error : new Error(String(error))
    }
    if (frames.length > MAX_WAITING_FRAMES) socket.pause()
    // A chunk may hold a part of a message only.
    if (failure || frames.length > 0) notify?.()
  })
  const end = () => {
    isOver = true
    notify?.()
  }
  socket.on('end', end)
  socket.on('close', end)
  socket.on('error', end)

  return {
    isOver: () => isOver,
    async next(timeoutMs) {
      if (frames.length === 0 && !isOver && !failure) {
        socket.resume()
        let timer: NodeJS.Timeout | undefined
        await new Promise<void>((resolve) => {
          notify = resolve
          if (timeoutMs !== undefined) timer = setTimeout(resolve, timeoutMs).unref()
        })
        clearTimeout(timer)
        notify = undefined
      }
      // What came whole before the failure is still answered.
      const frame = frames.shift()
      if (!frame && failure) throw failure
      return frame
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
