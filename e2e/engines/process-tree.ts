/** Browsers are families of processes. Linux only: reads /proc. */
import { type ChildProcess, spawn } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { type Deadline, until } from './until.ts'

const GONE_DEADLINE: Deadline = { ms: 10_000 }

export interface RunningProgram {
  readonly pid: number
  /** Everything that it and its children wrote. */
  output(): string
  /** SIGKILL to it and all its descendants; resolves when they are gone. */
  kill(): Promise<void>
  hasEnded(): boolean
}

interface ProgramOptions {
  readonly env?: Readonly<Record<string, string | undefined>>
  /** A further pipe for what it tells as file descriptor 3; its text stands in the output too. */
  readonly pipe3?: boolean
}

/** Starts a program in this process group, so that whoever ends the group (scripts/run-tool.ts) ends it too. */
export function startProgram(
  command: string,
  programArguments: readonly string[],
  { env = {}, pipe3 = false }: ProgramOptions = {},
): RunningProgram {
  const child: ChildProcess = spawn(command, programArguments, {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe', ...(pipe3 ? (['pipe'] as const) : [])],
  })
  let output = ''
  let ended = false
  for (const stream of child.stdio.slice(1)) {
    stream?.on('data', (chunk: Buffer) => {
      output += chunk.toString()
    })
  }
  child.once('error', (error) => {
    output += `${command}: ${error.message}\n`
    ended = true
  })
  child.once('exit', () => {
    ended = true
  })
  const { pid } = child
  if (pid === undefined) throw new Error(`${command} cannot be started: is it installed?`)
  const killWithUs = () => child.kill('SIGKILL')
  process.once('exit', killWithUs)
  child.once('exit', () => process.off('exit', killWithUs))
  return {
    pid,
    output: () => output,
    hasEnded: () => ended,
    async kill() {
      const family = descendants(pid)
      // The parent first: it must not start another child in place of one that is gone.
      for (const member of [...(ended ? [] : [pid]), ...family]) sendKill(member)
      await until(`process ${pid} and its children are gone`, GONE_DEADLINE, () => ![pid, ...family].some(isRunning))
    },
  }
}

/** Proportional set size of a process and its descendants, in bytes: shared pages count once. */
export function memoryOf(pid: number): number {
  return [pid, ...descendants(pid)].reduce((sum, member) => {
    const [, kilobytes = '0'] = /^Pss:\s+(\d+) kB/m.exec(readProc(member, 'smaps_rollup')) ?? []
    return sum + Number(kilobytes) * 1024
  }, 0)
}

function descendants(root: number): number[] {
  const children = new Map<number, number[]>()
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue
    const parent = Number(statOf(Number(name))[1])
    children.set(parent, [...(children.get(parent) ?? []), Number(name)])
  }
  const family: number[] = []
  const waiting = [root]
  for (let pid = waiting.pop(); pid !== undefined; pid = waiting.pop()) {
    const born = children.get(pid) ?? []
    family.push(...born)
    waiting.push(...born)
  }
  return family
}

/** An orphan that nobody waits for stays as a zombie: it holds no file any more. */
function isRunning(pid: number): boolean {
  const [state] = statOf(pid)
  return state !== undefined && state !== 'Z' && state !== 'X'
}

/** State and parent, as in proc(5); the name before them may hold anything. */
function statOf(pid: number): string[] {
  const stat = readProc(pid, 'stat')
  return stat === '' ? [] : stat.slice(stat.lastIndexOf(')') + 2).split(' ')
}

/** Empty when the process is gone. */
function readProc(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8')
  } catch {
    return ''
  }
}

function sendKill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // Gone meanwhile.
  }
}
