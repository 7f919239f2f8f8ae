import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chownSync, existsSync, readdirSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { withFreePort } from '../e2e/support/free-port.ts'
import { installDebianPackages } from './install-debian.ts'

const DEBIAN_VERSIONS = '/usr/lib/postgresql'
const OLDEST = 15
const START_DEADLINE_MS = 30_000

export interface LocalPostgres {
  /** Administrator's address of the database `postgres`. */
  readonly url: string
  readonly version: string
  /** Runs one of its programs (`pg_dump`, `psql`, …) on what it shall read and returns what it writes. Throws its words when it fails. */
  run(program: string, args: readonly string[], input?: Buffer): Buffer
  /** A second one on a copy of all its files, as pg_basebackup takes it while this one runs; same names, same passwords. */
  copy(): Promise<LocalPostgres>
  /** Ends the process (fast shutdown) and removes its files. */
  stop(): Promise<void>
}

/** Where a cluster lies and who owns it. */
interface Cluster {
  readonly binaries: string
  readonly dir: string
  readonly password: string
  readonly identity: { readonly cwd: string; readonly uid?: number; readonly gid?: number }
}

/**
 * A PostgreSQL of one's own: a new cluster in a temporary folder, on a free loopback port, without sockets elsewhere and
 * without durability. Installs Debian's package when there is none; the system's own cluster and service are not touched.
 */
export async function startLocalPostgres(): Promise<LocalPostgres> {
  const binaries = findBinaries() ?? installBinaries()
  const cluster = await makeCluster(binaries, randomBytes(12).toString('hex'))
  const { dir, identity } = cluster
  const passwordFile = join(dir, 'password')
  await writeFile(passwordFile, cluster.password, { mode: 0o600 })
  if (identity.uid !== undefined && identity.gid !== undefined) chownSync(passwordFile, identity.uid, identity.gid)
  const options = ['-U', 'postgres', '-E', 'UTF8', '--locale=C', '--auth=scram-sha-256']
  execFileSync(
    join(binaries, 'initdb'),
    ['-D', join(dir, 'data'), ...options, `--pwfile=${passwordFile}`, '--no-sync'],
    { ...identity, stdio: ['ignore', 'ignore', 'inherit'] },
  )
  return startCluster(cluster)
}

async function makeCluster(binaries: string, password: string): Promise<Cluster> {
  const owner = ownerOfFiles()
  const dir = await mkdtemp(join(tmpdir(), 'mstore-postgres-'))
  if (owner) chownSync(dir, owner.uid, owner.gid)
  return { binaries, dir, password, identity: { ...owner, cwd: dir } }
}

/** Starts what lies in the cluster's folder `data`; removes the folder when that fails. */
async function startCluster(cluster: Cluster): Promise<LocalPostgres> {
  const { binaries, dir, password, identity } = cluster
  const start = async (port: number): Promise<{ child: ChildProcess; url: string; version: string }> => {
    const settings = {
      listen_addresses: '127.0.0.1',
      port,
      unix_socket_directories: '',
      fsync: 'off',
      full_page_writes: 'off',
      synchronous_commit: 'off',
      max_connections: 200,
      // The log of a cluster that nobody recovers: a gigabyte by default, which may lie in memory.
      max_wal_size: '256MB',
    }
    const child = spawn(
      join(binaries, 'postgres'),
      ['-D', join(dir, 'data'), ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])],
      { ...identity, stdio: ['ignore', 'ignore', 'pipe'] },
    )
    let log = ''
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      log = (log + text).slice(-4_000)
    })
    const url = `postgres://postgres:${password}@127.0.0.1:${port}/postgres`
    const deadline = Date.now() + START_DEADLINE_MS
    for (;;) {
      const version = await readVersion(url)
      if (version !== null) return { child, url, version }
      if (child.exitCode !== null || Date.now() > deadline) {
        await end(child)
        throw new Error(`PostgreSQL did not start: ${log}`)
      }
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
  }

  try {
    const { child, url, version } = await withFreePort(start, (error) => /Address already in use/.test(String(error)))
    const run = (program: string, args: readonly string[], input: Buffer = Buffer.alloc(0)): Buffer =>
      execFileSync(join(binaries, program), args, { ...identity, input, maxBuffer: 1 << 30 })
    return {
      url,
      version,
      run,
      async copy() {
        const copied = await makeCluster(binaries, password)
        run('pg_basebackup', ['-d', url, '-D', join(copied.dir, 'data'), '-X', 'fetch', '-c', 'fast', '--no-sync'])
        return startCluster(copied)
      },
      async stop() {
        await end(child)
        await rm(dir, { recursive: true, force: true })
      },
    }
  } catch (error) {
    await rm(dir, { recursive: true, force: true })
    throw error
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  await new Promise((resolve) => {
    child.once('exit', resolve)
    // The postmaster's "fast" shutdown: open sessions are ended.
    child.kill('SIGINT')
  })
}

async function readVersion(url: string): Promise<string | null> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 1_000 })
  client.on('error', () => {})
  try {
    await client.connect()
    const { rows } = await client.query<{ server_version: string }>('SHOW server_version')
    return rows[0]?.server_version ?? 'unknown'
  } catch {
    return null
  } finally {
    await client.end().catch(() => {})
  }
}

/** PostgreSQL refuses to run as root. */
function ownerOfFiles(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined
  const id = (option: string) => Number(execFileSync('id', [option, 'postgres'], { encoding: 'utf8' }))
  return { uid: id('-u'), gid: id('-g') }
}

/** Folder of the newest PostgreSQL's programs, as Debian lays them out; null when there is none. */
export function findBinaries(): string | null {
  if (!existsSync(DEBIAN_VERSIONS)) return null
  const versions = readdirSync(DEBIAN_VERSIONS)
    .map(Number)
    .filter((version) => version >= OLDEST && existsSync(`${DEBIAN_VERSIONS}/${version}/bin/initdb`))
  return versions.length === 0 ? null : `${DEBIAN_VERSIONS}/${Math.max(...versions)}/bin`
}

function installBinaries(): string {
  installDebianPackages(['postgresql'])
  const found = findBinaries()
  if (found === null) throw new Error(`no PostgreSQL ${OLDEST} or newer in ${DEBIAN_VERSIONS} after the install`)
  return found
}
