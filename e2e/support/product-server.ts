import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { cp, mkdtemp, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import * as v from 'valibot'
import { findBinaries } from '../../scripts/local-postgres.ts'
import { freePort } from './free-port.ts'

const ROOT = dirname(dirname(import.meta.dirname))
const READY_DEADLINE_MS = 60_000
const STOP_DEADLINE_MS = 20_000
const POLL_MS = 50
const SQL_PASSWORD = 'for-tests-only'

export interface ProductServerOptions {
  /** `postgres://…`; null: the embedded database, opened on a loopback port. */
  readonly databaseUrl: string | null
  /** Fixed port, so that an external EMQX can call back; null: a free one. */
  readonly port: number | null
  /** Origin by which the tests' browsers come (the proxy). */
  readonly publicUrl: string
  readonly appEnv: string
  /** MQTT_… and EMQX_… */
  readonly brokerEnv: Readonly<Record<string, string>>
}

export interface ProductServer {
  readonly port: number
  /** Straight to the server, past the proxy. */
  readonly origin: string
  readonly adminToken: string
  /** For an ordinary SQL client. */
  readonly databaseUrl: string
  /** Everything that the server wrote, over restarts. */
  log(): string
  /** Starts it (again, on the same data and ports) and resolves when it is ready and connected to its broker. */
  start(): Promise<void>
  /** Asks it to stop and resolves to its exit code, or to the signal that ended it. */
  stop(signal?: 'SIGTERM' | 'SIGINT'): Promise<number | NodeJS.Signals | null>
  /** A power cut: no farewell. */
  kill9(): Promise<void>
  /**
   * Copies everything that it keeps, while it is stopped; resolves to what puts the copy back, while it is stopped again. With the
   * embedded database that is the whole folder, so nothing outside of it tells one state from the other; else a dump, restored into
   * the same database.
   */
  backUp(): Promise<() => Promise<void>>
  /** Ends it and removes its data. */
  dispose(): Promise<void>
}

const readySchema = v.object({ status: v.literal('ready'), broker: v.object({ connected: v.literal(true) }) })

/** The real product as a process of its own, on a temporary folder. Not started yet. */
export async function createProductServer(options: ProductServerOptions): Promise<ProductServer> {
  const dataDir = await mkdtemp(join(tmpdir(), 'mstore-e2e-'))
  const adminToken = randomBytes(24).toString('hex')
  let port = options.port ?? (await freePort())
  let pgPort = await freePort()
  let child: ChildProcess | null = null
  let everReady = false
  let log = ''

  const launch = (): ChildProcess => {
    const started = spawn(process.execPath, ['server/main.ts'], {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...withoutProductVariables(process.env),
        ...options.brokerEnv,
        NODE_ENV: 'production',
        PORT: String(port),
        PUBLIC_URL: options.publicUrl,
        TLS: 'off',
        DATA_DIR: dataDir,
        SEED: 'none',
        APP_ENV: options.appEnv,
        ADMIN_TOKEN: adminToken,
        LOG_LEVEL: 'info',
        ...(options.databaseUrl === null
          ? { PG_PORT: String(pgPort), PG_PASSWORD: SQL_PASSWORD }
          : { DATABASE_URL: options.databaseUrl }),
      },
    })
    const keep = (text: string) => {
      log += text
    }
    // A test worker that is stopped in the middle must not leave a server behind.
    const killWithUs = () => started.kill('SIGKILL')
    process.once('exit', killWithUs)
    started.once('exit', () => process.off('exit', killWithUs))
    started.stdout.setEncoding('utf8').on('data', keep)
    started.stderr.setEncoding('utf8').on('data', keep)
    return started
  }

  const end = async (signal: NodeJS.Signals): Promise<number | NodeJS.Signals | null> => {
    const running = child
    child = null
    if (running === null) return null
    if (running.exitCode === null && running.signalCode === null) {
      const exited = new Promise<void>((resolve) => running.once('exit', () => resolve()))
      running.kill(signal)
      const giveUp = setTimeout(() => {
        log += `\n[no end ${STOP_DEADLINE_MS} ms after ${signal}: SIGKILL]\n`
        running.kill('SIGKILL')
      }, STOP_DEADLINE_MS)
      await exited
      clearTimeout(giveUp)
    }
    return running.signalCode ?? running.exitCode
  }

  const start = async (): Promise<void> => {
    if (child !== null) throw new Error('the server runs already')
    for (let attempt = 1; ; attempt += 1) {
      const logBefore = log.length
      child = launch()
      if (await becomesReady(child, port)) break
      const ended = child.exitCode !== null
      await end('SIGKILL')
      // Somebody took a port between its choice and its use; after the first success they are ours.
      const taken = log.slice(logBefore).includes('EADDRINUSE')
      if (!taken || everReady || !ended || attempt === 5) throw new Error(`the server did not become ready:\n${log}`)
      port = options.port ?? (await freePort())
      pgPort = await freePort()
    }
    everReady = true
  }

  return {
    get port() {
      return port
    },
    get origin() {
      return `http://127.0.0.1:${port}`
    },
    adminToken,
    get databaseUrl() {
      return options.databaseUrl ?? `postgres://postgres:${SQL_PASSWORD}@127.0.0.1:${pgPort}/postgres?sslmode=disable`
    },
    log: () => log,
    start,
    stop: (signal = 'SIGTERM') => end(signal),
    async kill9() {
      await end('SIGKILL')
    },
    async backUp() {
      if (child !== null) throw new Error('the server runs')
      const { databaseUrl } = options
      if (databaseUrl === null) {
        const copy = `${dataDir}.backup`
        await cp(dataDir, copy, { recursive: true, preserveTimestamps: true })
        return async () => {
          await rm(dataDir, { recursive: true, force: true })
          await rename(copy, dataDir)
        }
      }
      const binaries = findBinaries()
      if (binaries === null) throw new Error('a database of DATABASE_URL is backed up by pg_dump, which is not here')
      const dump = execFileSync(join(binaries, 'pg_dump'), ['-Fc', databaseUrl], { maxBuffer: 1 << 30 })
      const restoring = ['--exit-on-error', '--clean', '--if-exists', '-d', databaseUrl]
      return async () => void execFileSync(join(binaries, 'pg_restore'), restoring, { input: dump })
    },
    async dispose() {
      await end('SIGTERM')
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}

/** False when the process ended, or the time is over. */
async function becomesReady(child: ChildProcess, port: number): Promise<boolean> {
  const deadline = Date.now() + READY_DEADLINE_MS
  while (child.exitCode === null && child.signalCode === null && Date.now() < deadline) {
    const answer = await fetch(`http://127.0.0.1:${port}/readyz`)
      .then((response) => response.json())
      .catch(() => null)
    if (v.is(readySchema, answer)) return true
    await new Promise((resolve) => setTimeout(resolve, POLL_MS))
  }
  return false
}

/** A developer's own DATABASE_URL or TLS must reach the server only by the options. */
function withoutProductVariables(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const ours =
    /^(PORT|HOST|PUBLIC_URL|TLS|TLS_.*|TRUST_PROXY|DATABASE_URL|DATA_DIR|PG_PORT|PG_PASSWORD|SEED|APP_ENV|MQTT_.*|EMQX_.*|ADMIN_TOKEN|LOG_LEVEL)$/
  return Object.fromEntries(Object.entries(env).filter(([name]) => !ours.test(name)))
}
