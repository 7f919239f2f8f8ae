/** What one measured phase found, whoever was measured. */
import type { CpuShares } from './machine.ts'
import type { LongTask } from './page/probe.ts'
import { type Summary, summarize } from './stats.ts'

export type Subject = 'broker floor' | 'paint floor' | 'product'

export interface Phase {
  readonly subject: Subject
  /** Updates a second. */
  readonly rate: number
  readonly updates: number
  /** From commit (product) or publish (floors) to frame or callback, ms, one for each update that was to be seen. */
  readonly delays: readonly number[]
  readonly lost: number
  /** Times that a number jumped back to an older value. */
  readonly wentBack: number
  readonly longTasks: readonly LongTask[]
  readonly messages: number
  readonly bytesReceived: number
  readonly bytesSent: number
  /** From the client's UPDATE to its COMMIT, ms; empty for the floors. */
  readonly commits: readonly number[]
  readonly seconds: number
  /** Share of one core. */
  readonly pageCpu: number
  readonly serverCpu: number
  readonly machine: CpuShares
}

/** All phases of one subject at one rate. */
export interface Row {
  readonly subject: Subject
  readonly rate: number
  readonly delay: Summary
  readonly commit: Summary
  readonly updates: number
  readonly lost: number
  readonly wentBack: number
  readonly longTasks: readonly LongTask[]
  readonly messagesPerUpdate: number
  readonly receivedPerUpdate: number
  readonly sentPerUpdate: number
  readonly pageCpu: number
  readonly serverCpu: number
  readonly machine: CpuShares
}

/** One row for each subject and rate, in the order of `subjects` within each rate. Each update counts once. */
export function combinePhases(phases: readonly Phase[]): Row[] {
  const rates = [...new Set(phases.map(({ rate }) => rate))].sort((a, b) => a - b)
  const subjects: readonly Subject[] = ['broker floor', 'paint floor', 'product']
  return rates.flatMap((rate) =>
    subjects.flatMap((subject) => {
      const own = phases.filter((phase) => phase.rate === rate && phase.subject === subject)
      return own.length === 0 ? [] : [combine(subject, rate, own)]
    }),
  )
}

function combine(subject: Subject, rate: number, phases: readonly Phase[]): Row {
  const sum = (pick: (phase: Phase) => number) => phases.reduce((total, phase) => total + pick(phase), 0)
  const updates = sum((phase) => phase.updates)
  const seconds = sum((phase) => phase.seconds)
  const overTime = (pick: (phase: Phase) => number) => sum((phase) => pick(phase) * phase.seconds) / seconds
  return {
    subject,
    rate,
    delay: summarize(phases.flatMap(({ delays }) => delays)),
    commit: summarize(phases.flatMap(({ commits }) => commits)),
    updates,
    lost: sum(({ lost }) => lost),
    wentBack: sum(({ wentBack }) => wentBack),
    longTasks: phases.flatMap(({ longTasks }) => longTasks),
    messagesPerUpdate: sum(({ messages }) => messages) / updates,
    receivedPerUpdate: sum(({ bytesReceived }) => bytesReceived) / updates,
    sentPerUpdate: sum(({ bytesSent }) => bytesSent) / updates,
    pageCpu: overTime(({ pageCpu }) => pageCpu),
    serverCpu: overTime(({ serverCpu }) => serverCpu),
    machine: {
      busy: overTime(({ machine }) => machine.busy),
      others: phases.some(({ machine }) => machine.others === null)
        ? null
        : overTime(({ machine }) => machine.others ?? 0),
    },
  }
}
