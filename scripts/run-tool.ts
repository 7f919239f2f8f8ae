import { type ChildProcess, spawn } from 'node:child_process'
import { dirname, join } from 'node:path'

export const ROOT = dirname(import.meta.dirname)

export interface ToolResult {
  /** 128 + signal number when a signal ended it, as a shell would say. */
  readonly code: number
  /** What it wrote to standard output, when asked for. */
  readonly output: string
  readonly ms: number
}

interface ToolOptions {
  readonly env?: Readonly<Record<string, string | undefined>>
  /** `show`: on this terminal. `keep`: only into `output`, errors too. `both`: shown and kept. */
  readonly output?: 'show' | 'keep' | 'both'
  /** What tells this tool to end in order, when it is not the signal that came (Playwright: its workers outlive SIGTERM). */
  readonly stopSignal?: NodeJS.Signals
  /** After this long it is ended with all its children, and counts as failed: a run that hangs must still say so. */
  readonly limitMs?: number
}

/** From the request to end until the end by force. */
const FORCE_AFTER_MS = 15_000

const SIGNAL_NUMBERS: Partial<Record<NodeJS.Signals, number>> = { SIGHUP: 1, SIGINT: 2, SIGKILL: 9, SIGTERM: 15 }
const running = new Map<ChildProcess, NodeJS.Signals | undefined>()

/**
 * Runs a command of node_modules/.bin or PATH in the project's folder and resolves when it has ended; never rejects. A
 * signal to this process goes on to it (see `passOnSignals`).
 */
export function runTool(
  command: string,
  toolArguments: readonly string[],
  options: ToolOptions = {},
): Promise<ToolResult> {
  const { output = 'show', env = {}, stopSignal, limitMs } = options
  const started = performance.now()
  return new Promise((resolve) => {
    const out = output === 'show' ? 'inherit' : 'pipe'
    const child = spawn(command, toolArguments, {
      cwd: ROOT,
      env: {
        ...process.env,
        ...env,
        PATH: `${join(ROOT, 'node_modules/.bin')}${pathSeparator()}${process.env.PATH ?? ''}`,
      },
      stdio: ['ignore', out, output === 'keep' ? 'pipe' : 'inherit'],
      // npm and the tools in .bin are .cmd files there.
      shell: process.platform === 'win32',
      // A process group of its own, so that a limit reaches workers that no longer listen.
      detached: limitMs !== undefined && process.platform !== 'win32',
    })
    const endAtLimit = () => {
      console.error(`\n${command} has not ended after ${Math.round((limitMs ?? 0) / 60_000)} minutes: it is stopped.`)
      child.kill(stopSignal ?? 'SIGTERM')
      force = setTimeout(() => killGroup(child), FORCE_AFTER_MS)
    }
    let force: NodeJS.Timeout | undefined
    const limit = limitMs === undefined ? undefined : setTimeout(endAtLimit, limitMs)
    running.set(child, stopSignal)
    const chunks: Buffer[] = []
    const keep = (chunk: Buffer) => {
      chunks.push(chunk)
      if (output === 'both') process.stdout.write(chunk)
    }
    child.stdout?.on('data', keep)
    child.stderr?.on('data', keep)
    const finish = (code: number) => {
      clearTimeout(limit)
      clearTimeout(force)
      // What its workers started outlives them when they are ended in the middle: browsers, servers.
      if (limitMs !== undefined) killGroup(child)
      running.delete(child)
      resolve({ code, output: Buffer.concat(chunks).toString(), ms: performance.now() - started })
    }
    child.once('error', (error) => {
      chunks.push(Buffer.from(`Cannot run ${command}: ${error.message}\n`))
      if (output === 'show') console.error(`Cannot run ${command}: ${error.message}`)
      finish(127)
    })
    child.once('close', (code, signal) => finish(signal === null ? (code ?? 1) : 128 + (SIGNAL_NUMBERS[signal] ?? 0)))
  })
}

/**
 * Ends the running tools, then `cleanUp`, then this process, when it is told to stop. Without it the children of a stopped
 * script would live on. Returns the way to undo it.
 */
export function passOnSignals(cleanUp: () => Promise<void> = async () => {}): () => void {
  const stop = async (signal: NodeJS.Signals) => {
    undo()
    const ended = [...running.keys()].map((child) => new Promise((resolve) => child.once('close', resolve)))
    for (const [child, stopSignal] of running) child.kill(stopSignal ?? signal)
    await Promise.all(ended)
    await cleanUp()
    process.exit(128 + (SIGNAL_NUMBERS[signal] ?? 0))
  }
  const signals = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const
  const undo = () => {
    for (const signal of signals) process.off(signal, stop)
  }
  for (const signal of signals) process.on(signal, stop)
  return undo
}

function killGroup(child: ChildProcess): void {
  if (child.pid === undefined || process.platform === 'win32') {
    child.kill('SIGKILL')
    return
  }
  try {
    process.kill(-child.pid, 'SIGKILL')
  } catch {
    // Already gone.
  }
}

function pathSeparator(): string {
  return process.platform === 'win32' ? ';' : ':'
}
