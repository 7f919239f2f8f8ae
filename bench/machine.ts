/** Who uses this machine's cores: we, and how much everybody else. */
import { readdirSync, readFileSync } from 'node:fs'
import { cpus, loadavg } from 'node:os'
import { sleep } from './pace.ts'

export interface CpuReading {
  /** Core-seconds since the machine's start: available, used by all, and by this process with everything that it started. */
  readonly all: number
  readonly busy: number
  /** Null where there is no /proc. */
  readonly own: number | null
}

export interface CpuShares {
  /** Of all cores. */
  readonly busy: number
  readonly others: number | null
}

/** Others may use so much of all cores before a figure means little. */
const QUIET_SHARE = 0.1
const LOOK_MS = 2_000
/** USER_HZ: the unit of /proc/PID/stat, the same on every Linux that runs Node. */
const TICKS_PER_SECOND = 100

export function readLoadAverage(): number {
  return loadavg()[0] ?? 0
}

export function readCpu(): CpuReading {
  let busy = 0
  let all = 0
  for (const { times } of cpus()) {
    const used = times.user + times.nice + times.sys + times.irq
    busy += used / 1000
    all += (used + times.idle) / 1000
  }
  return { all, busy, own: readOwn() }
}

export function cpuShares(before: CpuReading, after: CpuReading): CpuShares {
  const all = after.all - before.all
  const busy = (after.busy - before.busy) / all
  if (before.own === null || after.own === null) return { busy, others: null }
  return { busy, others: Math.max(0, busy - (after.own - before.own) / all) }
}

/** True when nobody else took much, or nothing can be said. */
export function isQuiet({ others }: CpuShares): boolean {
  return others === null || others <= QUIET_SHARE
}

/** Resolves when nobody else has used much for two seconds, or when `deadlineMs` is over. */
export async function waitForQuiet(deadlineMs: number): Promise<void> {
  const deadline = performance.now() + deadlineMs
  for (let before = readCpu(); performance.now() < deadline; before = readCpu()) {
    await sleep(LOOK_MS)
    if (isQuiet(cpuShares(before, readCpu()))) return
  }
}

/** Also counts children that have ended, once somebody has asked for their exit code. */
function readOwn(): number | null {
  let names: string[]
  try {
    names = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  } catch {
    return null
  }
  const children = new Map<number, { pid: number; seconds: number }[]>()
  let own = 0
  for (const name of names) {
    const found = readProcess(Number(name))
    if (!found) continue
    if (found.pid === process.pid) own = found.seconds
    children.set(found.parent, [...(children.get(found.parent) ?? []), found])
  }
  const waiting = [process.pid]
  for (let pid = waiting.pop(); pid !== undefined; pid = waiting.pop()) {
    for (const child of children.get(pid) ?? []) {
      own += child.seconds
      waiting.push(child.pid)
    }
  }
  return own
}

function readProcess(pid: number): { pid: number; parent: number; seconds: number } | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The name in brackets may hold blanks and brackets.
    const fields = stat
      .slice(stat.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number)
    const [, parent = 0] = fields
    const ticks = fields.slice(11, 15).reduce((sum, part) => sum + part, 0)
    return { pid, parent, seconds: ticks / TICKS_PER_SECOND }
  } catch {
    // It ended while we looked.
    return null
  }
}
