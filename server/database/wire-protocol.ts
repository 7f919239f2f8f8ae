/**
 * As much of PostgreSQL's wire protocol (version 3) as sql-port.ts has to understand: where messages end, which prepared
 * statement they name, and whether the database reports an open transaction.
 */

/** A message of a client. `startup` and `ssl` come before the first typed message; `cancel` has no answer. */
export interface Frame {
  readonly kind: 'startup' | 'encryption' | 'cancel' | 'terminate' | 'message'
  readonly bytes: Buffer
}

export interface BackendAnswer {
  /** What the client gets: everything but notifications, which are meant for the server's own listeners. */
  readonly visible: Buffer
  /** `idle` when the database waits for a new command outside of a transaction. */
  readonly state: 'idle' | 'busy'
  /** A command ended the session's LISTEN. */
  readonly isDeaf: boolean
}

const SSL_REQUEST = 80877103
const GSS_REQUEST = 80877104
const CANCEL_REQUEST = 80877102
/** Nothing that a client of a shop's database sends comes near it, and the database has to hold it several times. */
const MAX_MESSAGE_BYTES = 64 * 1024 * 1024
/** Of a startup and of what follows it, the password: of whoever has not been let in yet. PostgreSQL has the same. */
const MAX_STRANGER_BYTES = 10_000

/** Protocol violation, limit exceeded, idle in a transaction, too many connections. */
type SqlState = '08P01' | '54000' | '25P03' | '53300'

/** The client is disconnected for this. `message` is for its user. */
export class ProtocolError extends Error {
  override readonly name = 'ProtocolError'
  /** SQLSTATE. */
  readonly code: SqlState

  constructor(code: SqlState, message: string) {
    super(message)
    this.code = code
  }
}

/**
 * Cuts the bytes of a connection into messages, however the network has cut them. Throws ProtocolError when a length can not be
 * meant; what came after it is lost.
 */
export function createFrameReader(): (chunk: Buffer) => Frame[] {
  /** What is not a whole message yet. Joined once that much is there: joining at every chunk would be quadratic. */
  let chunks: Buffer[] = []
  let length = 0
  let needed = 0
  let isStarted = false
  /** The message after the startup, which is the password, has come. */
  let isPastPassword = false

  /** The first message of `bytes`, or null with how many bytes have to be there before it can be read. */
  function take(bytes: Buffer): Frame | null {
    const header = isStarted ? 5 : 8
    needed = header
    if (bytes.length < header) return null
    const size = bytes.readInt32BE(isStarted ? 1 : 0) + (isStarted ? 1 : 0)
    if (size < header) throw new ProtocolError('08P01', `invalid message length ${size}`)
    if (!isPastPassword && size > MAX_STRANGER_BYTES) {
      throw new ProtocolError('54000', `a message of ${size} bytes before the password`)
    }
    if (size > MAX_MESSAGE_BYTES) {
      const most = MAX_MESSAGE_BYTES / 1024 / 1024
      throw new ProtocolError('54000', `a message of ${size} bytes is larger than ${most} MB: send it in parts`)
    }
    needed = size
    return bytes.length < size ? null : toFrame(bytes.subarray(0, size))
  }

  function toFrame(bytes: Buffer): Frame {
    if (isStarted) {
      isPastPassword = true
      return { kind: bytes[0] === code('X') ? 'terminate' : 'message', bytes }
    }
    const request = bytes.readInt32BE(4)
    if (request === SSL_REQUEST || request === GSS_REQUEST) return { kind: 'encryption', bytes }
    if (request === CANCEL_REQUEST) return { kind: 'cancel', bytes }
    isStarted = true
    return { kind: 'startup', bytes }
  }

  return (chunk) => {
    chunks.push(chunk)
    length += chunk.length
    if (length < needed) return []
    let rest = chunks.length === 1 ? chunk : Buffer.concat(chunks)
    const frames: Frame[] = []
    for (let frame = take(rest); frame; frame = take(rest)) {
      frames.push(frame)
      rest = rest.subarray(frame.bytes.length)
    }
    chunks = rest.length === 0 ? [] : [rest]
    length = rest.length
    return frames
  }
}

/** The error after which the server hangs up. */
export function fatalError({ code: sqlState, message }: Pick<ProtocolError, 'code' | 'message'>): Buffer {
  const fields = Buffer.from(`SFATAL\0VFATAL\0C${sqlState}\0M${message}\0\0`)
  const bytes = Buffer.alloc(5)
  bytes[0] = code('E')
  bytes.writeInt32BE(4 + fields.length, 1)
  return Buffer.concat([bytes, fields])
}

/**
 * Gives the named prepared statements of a message a prefix, because all clients share one session and drivers name theirs
 * alike (`S_1`). Unnamed ones need none: nobody comes between. `names` collects what has to be forgotten at the end.
 */
export function isolateNames(bytes: Buffer, prefix: string, names: Set<string>): Buffer {
  const type = bytes[0]
  let start: number
  if (type === code('P')) start = 5
  else if (type === code('B')) start = bytes.indexOf(0, 5) + 1
  else if ((type === code('D') || type === code('C')) && bytes[5] === code('S')) start = 6
  else return bytes
  const end = bytes.indexOf(0, start)
  if (end <= start) return bytes
  const name = prefix + bytes.toString('utf8', start, end)
  if (type === code('P')) names.add(name)
  const renamed = Buffer.concat([bytes.subarray(0, start), Buffer.from(name), bytes.subarray(end)])
  renamed.writeInt32BE(renamed.length - 1, 1)
  return renamed
}

const COPY_IN = /\bcopy\b[^;]*\bfrom\s+stdin\b/i
const COPY_REFUSED = `DO $$ BEGIN
  RAISE EXCEPTION 'COPY FROM STDIN is not available in the embedded database: use INSERT, or the product import'
    USING ERRCODE = 'feature_not_supported';
END $$`

/**
 * Puts an error in the place of COPY … FROM STDIN. The embedded database would wait for data that can only come after it
 * has returned: the whole process would stand still for ever.
 */
export function refuseCopyIn(bytes: Buffer): Buffer {
  const type = bytes[0]
  if (type !== code('Q') && type !== code('P')) return bytes
  const start = type === code('Q') ? 5 : bytes.indexOf(0, 5) + 1
  const end = bytes.indexOf(0, start)
  const sql = bytes.toString('utf8', start, end < 0 ? bytes.length : end)
  const withoutComments = sql.replace(/\/\*[\s\S]*?\*\/|--[^\n]*/g, ' ')
  if (!COPY_IN.test(withoutComments)) return bytes
  if (type === code('Q')) return simpleQuery(COPY_REFUSED)
  const refused = Buffer.concat([bytes.subarray(0, start), Buffer.from(`${COPY_REFUSED}\0\0\0`)])
  refused.writeInt32BE(refused.length - 1, 1)
  return refused
}

/** Reads what the database answered to one message; it always consists of whole messages. */
export function readBackendAnswer(data: Uint8Array): BackendAnswer {
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength)
  const visible: Buffer[] = []
  let state: 'idle' | 'busy' = 'busy'
  let isDeaf = false
  for (let start = 0; start + 5 <= bytes.length; ) {
    const end = start + 1 + bytes.readInt32BE(start + 1)
    const frame = bytes.subarray(start, end)
    if (frame[0] === code('Z')) state = frame[5] === code('I') ? 'idle' : 'busy'
    if (frame[0] === code('C') && /^(UNLISTEN|DISCARD ALL)\0/.test(frame.toString('latin1', 5))) isDeaf = true
    if (frame[0] !== code('A')) visible.push(frame)
    start = end
  }
  return { visible: Buffer.concat(visible), state, isDeaf }
}

export function simpleQuery(sql: string): Buffer {
  const text = Buffer.from(`${sql}\0`)
  const bytes = Buffer.alloc(5 + text.length)
  bytes[0] = code('Q')
  bytes.writeInt32BE(4 + text.length, 1)
  text.copy(bytes, 5)
  return bytes
}

/** Ends whatever an extended query has left half done. */
export function sync(): Buffer {
  return Buffer.from([code('S'), 0, 0, 0, 4])
}

function code(letter: string): number {
  return letter.charCodeAt(0)
}
