import { chmodSync, mkdirSync } from 'node:fs'
import { PGlite, types } from '@electric-sql/pglite'
import { parseInt8, parseTimestamp } from './values.ts'

/**
 * The one session of an embedded database, wherever it runs. Calls are executed one after the other, as they come; who may
 * call is pglite.ts' business.
 */
export interface PgliteSession {
  /** Runs one statement with `$1…` parameters, to its rows. */
  query(sql: string, params: readonly unknown[]): Promise<unknown[]>
  /** Runs statements without parameters. */
  exec(sql: string): Promise<void>
  /** Runs one message of PostgreSQL's wire protocol, to the answer. An error of the database is part of the answer. */
  protocol(message: Uint8Array<ArrayBuffer>): Promise<Uint8Array>
  /** All files of the database as a tar, gzipped or not. */
  dump(compression: 'gzip' | 'none'): Promise<Uint8Array<ArrayBuffer>>
  /** Called with the name of the channel at every NOTIFY that the session listens to. */
  onNotification(listener: (channel: string) => void): void
  close(): Promise<void>
}

export interface PgliteSource {
  /** Undefined: in memory. */
  readonly dataDir?: string | undefined
  /** A dump of another one's files to begin with, instead of an empty database. */
  readonly dump?: Uint8Array<ArrayBuffer> | undefined
  /** What it keeps of its tables in memory, MB; undefined: 128. All of it is zeroed at the start. */
  readonly buffersMb?: number | undefined
}

/** Opens PostgreSQL in this thread, which it blocks while it works. */
export async function openPgliteSession({ dataDir, dump, buffersMb }: PgliteSource): Promise<PgliteSession> {
  if (dataDir !== undefined) keepToOneself(dataDir)
  const instance = await PGlite.create({
    dataDir: dataDir ?? 'memory://',
    parsers: { [types.NUMERIC]: Number, [types.INT8]: parseInt8, [types.TIMESTAMPTZ]: parseTimestamp },
    ...(dump === undefined ? {} : { loadDataDir: new DumpFile(dump) }),
    ...(buffersMb === undefined
      ? {}
      : { startParams: [...PGlite.defaultStartParams, '-c', `shared_buffers=${buffersMb}MB`] }),
  })
  return {
    query: async (sql, params) => (await instance.query(sql, [...params])).rows,
    exec: async (sql) => {
      await instance.exec(sql)
    },
    // Not the raw stream: that one would keep notifications from the listeners.
    protocol: async (message) =>
      (await instance.runExclusive(() => instance.execProtocol(message, { throwOnError: false }))).data,
    dump: async (compression) => new Uint8Array(await (await instance.dumpDataDir(compression)).arrayBuffer()),
    onNotification: (listener) => {
      instance.onNotification((channel) => listener(channel))
    },
    close: () => instance.close(),
  }
}

/**
 * PGlite's files are for everybody to read and write (0666): another user of the machine must not get
 * as far. DATA_DIR may have been made by somebody else, with rights of its own, so this folder is closed at each start.
 */
function keepToOneself(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  try {
    chmodSync(folder, 0o700)
  } catch {
    // Somebody else's folder, or a file system without owners: who may read there is not ours to say.
  }
}

/** A dump as PGlite takes it. What Node's own File gives back is put together from small pieces, half a second for an empty database. */
class DumpFile extends File {
  readonly #dump: Uint8Array<ArrayBuffer>

  /** PGlite decides by the name whether it has to unpack. */
  constructor(dump: Uint8Array<ArrayBuffer>) {
    super([], dump[0] === 0x1f && dump[1] === 0x8b ? 'backup.tar.gz' : 'backup.tar')
    this.#dump = dump
  }

  override async arrayBuffer(): Promise<ArrayBuffer> {
    const { buffer, byteOffset, byteLength } = this.#dump
    return byteLength === buffer.byteLength ? buffer : buffer.slice(byteOffset, byteOffset + byteLength)
  }
}
