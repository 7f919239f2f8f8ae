import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished } from 'vitest'

const MAIN = fileURLToPath(new URL('../../../server/main.ts', import.meta.url))
const ADMIN = fileURLToPath(new URL('../../../server/admin/main.ts', import.meta.url))
const START_MS = 40_000

export interface Exit {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

export interface ServerProcess {
  readonly child: ChildProcess
  readonly dataDir: string
  /** Everything printed so far. */
  stdout(): string
  stderr(): string
  /** Waits for the banner; resolves to what stands behind a label in it. */
  banner(label: string): Promise<string>
  readonly exited: Promise<Exit>
}

/** A folder of its own, removed after the test. */
export function makeDataDir(): string {
  const folder = mkdtempSync(join(tmpdir(), 'mstore-data-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** Starts the real server on a free port of loopback; it is killed after the test if it still runs. */
export function startServerProcess(env: Record<string, string> = {}): ServerProcess {
  return startProcess(MAIN, [], { PORT: '0', HOST: '127.0.0.1', PUBLIC_URL: '', ...env })
}

/** Runs an admin command to its end. */
export async function runAdmin(
  args: readonly string[],
  env: Record<string, string>,
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const process = startProcess(ADMIN, args, env)
  const { code } = await process.exited
  return { code, stdout: process.stdout(), stderr: process.stderr() }
}

function startProcess(script: string, args: readonly string[], env: Record<string, string>): ServerProcess {
  const dataDir = env.DATA_DIR ?? makeDataDir()
  // Only what the test names: the environment of whoever runs the tests must not decide.
  const child = spawn(process.execPath, [script, ...args], {
    env: { PATH: process.env.PATH ?? '', DATA_DIR: dataDir, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let stdout = ''
  let stderr = ''
  child.stdout?.on('data', (chunk: Buffer) => {
    stdout += chunk.toString()
  })
  child.stderr?.on('data', (chunk: Buffer) => {
    stderr += chunk.toString()
  })
  const exited = new Promise<Exit>((resolve) => {
    child.on('close', (code, signal) => resolve({ code, signal }))
  })
  onTestFinished(async () => {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL')
    await exited
  })
  return {
    child,
    dataDir,
    stdout: () => stdout,
    stderr: () => stderr,
    async banner(label) {
      const line = new RegExp(`^ *${label} +(\\S.*)$`, 'm')
      await expect
        .poll(() => child.exitCode !== null || /^ {2}Demo staff|There is no branch yet|Pair a tablet/m.test(stdout), {
          timeout: START_MS,
          message: `the server started: ${stderr}`,
        })
        .toBe(true)
      const found = line.exec(stdout)?.[1]
      if (found === undefined) throw new Error(`No "${label}" in:\n${stdout}\n${stderr}`)
      return found
    },
    exited,
  }
}
