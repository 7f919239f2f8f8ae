/**
 * A Mosquitto of one's own for tests: the configuration that is shipped, but on free loopback ports and with its state in a temporary
 * folder. It touches no system service. Needs Debian's `mosquitto` package (≥ 2.0) for the broker, its plugin and mosquitto_ctrl.
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const START_DEADLINE_MS = 10_000
const PLUGIN = 'mosquitto_dynamic_security.so'
const SHIPPED = new URL('../../deploy/mosquitto/mosquitto.conf', import.meta.url)

export interface RunningMosquitto {
  /** `mqtt://127.0.0.1:…`, what the server uses (MQTT_URL). */
  readonly url: string
  /** `ws://127.0.0.1:…`, what browsers use (MQTT_WS_URL). */
  readonly wsUrl: string
  /** The plugin's administrator (MQTT_USERNAME, MQTT_PASSWORD). */
  readonly username: string
  readonly password: string
  /** As `mosquitto -h` prints it, e.g. `2.0.11`. */
  readonly version: string
  /** Kills the process without a farewell; the ports stay reserved for `restart`. */
  kill(): Promise<void>
  /** Ends the process if it runs and starts it on the same ports; `forget` drops every client and role first. */
  restart(options?: { readonly forget?: boolean }): Promise<void>
  /** Ends the process and removes the temporary folder. */
  stop(): Promise<void>
}

/** Starts it and resolves when both ports answer. Rejects with what it wrote when it does not come up within 10 s. */
export async function startMosquitto(options: { readonly dir?: string } = {}): Promise<RunningMosquitto> {
  const dir = options.dir ?? (await mkdtemp(join(tmpdir(), 'mosquitto-')))
  const [port, wsPort] = await Promise.all([freePort(), freePort()])
  const username = 'mstore-backend'
  const password = randomBytes(12).toString('hex')
  const stateFile = join(dir, 'dynamic-security.json')
  const configFile = join(dir, 'mosquitto.conf')
  const plugin = findPlugin()
  const runsAsRoot = process.getuid?.() === 0
  const run = promisify(execFile)

  const initialise = async (): Promise<void> => {
    await rm(stateFile, { force: true })
    await run(findBinary('mosquitto_ctrl'), ['dynsec', 'init', stateFile, username, password])
  }
  await initialise()
  await writeFile(
    configFile,
    [
      'log_type error',
      'log_type warning',
      // As root it would otherwise become the user `mosquitto`, who may not write here.
      ...(runsAsRoot ? ['user root'] : []),
      (await readFile(SHIPPED, 'utf8'))
        .replace(/^plugin .*$/m, `plugin ${plugin}`)
        .replace(/^plugin_opt_config_file .*$/m, `plugin_opt_config_file ${stateFile}`)
        .replace(/^listener 1883 127\.0\.0\.1$/m, `listener ${port} 127.0.0.1`)
        .replace(/^listener 9001$/m, `listener ${wsPort} 127.0.0.1`),
    ].join('\n'),
  )

  let child: ChildProcess | null = null

  const end = async (signal: 'SIGTERM' | 'SIGKILL'): Promise<void> => {
    const running = child
    child = null
    if (running === null || running.exitCode !== null || running.signalCode !== null) return
    await new Promise<void>((resolve) => {
      running.once('exit', () => resolve())
      running.kill(signal)
    })
  }

  const start = async (): Promise<void> => {
    const started = spawn(findBinary('mosquitto'), ['-c', configFile], { stdio: ['ignore', 'ignore', 'pipe'] })
    child = started
    let output = ''
    started.stderr.setEncoding('utf8').on('data', (text: string) => {
      output = (output + text).slice(-4_000)
    })
    const deadline = Date.now() + START_DEADLINE_MS
    while (!(await answers(port)) || !(await answers(wsPort))) {
      if (started.exitCode !== null || Date.now() > deadline) {
        await end('SIGKILL')
        throw new Error(`mosquitto did not start: ${output}`)
      }
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }
  await start()

  return {
    url: `mqtt://127.0.0.1:${port}`,
    wsUrl: `ws://127.0.0.1:${wsPort}`,
    username,
    password,
    version: await readVersion(),
    kill: () => end('SIGKILL'),
    async restart({ forget = false } = {}) {
      await end('SIGTERM')
      if (forget) await initialise()
      await start()
    },
    async stop() {
      await end('SIGTERM')
      if (options.dir === undefined) await rm(dir, { recursive: true, force: true })
    },
  }
}

async function readVersion(): Promise<string> {
  const text = await new Promise<string>((resolve) => {
    // `mosquitto -h` ends with a code other than 0 on some versions.
    execFile(findBinary('mosquitto'), ['-h'], (_error, stdout, stderr) => resolve(stdout + stderr))
  })
  return /mosquitto version (\S+)/.exec(text)?.[1] ?? 'unknown'
}

function findBinary(name: string): string {
  const folders = [...(process.env.PATH ?? '').split(':'), '/usr/sbin', '/usr/local/sbin', '/usr/bin']
  const path = folders.map((folder) => join(folder, name)).find((candidate) => existsSync(candidate))
  if (path === undefined) throw new Error(`${name} is not installed: apt-get install mosquitto`)
  return path
}

function findPlugin(): string {
  const folders = ['x86_64-linux-gnu', 'aarch64-linux-gnu', 'arm-linux-gnueabihf', '.'].map(
    (arch) => `/usr/lib/${arch}`,
  )
  const path = [...folders, '/usr/local/lib', '/opt/homebrew/lib']
    .map((folder) => join(folder, PLUGIN))
    .find((candidate) => existsSync(candidate))
  if (path === undefined) throw new Error(`${PLUGIN} is not installed: apt-get install mosquitto`)
  return path
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('no free port')
  return address.port
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}
