/** What a propagation benchmark says, as markdown. Pure. */
import type { Breakdown } from './breakdown.ts'
import type { ClockOffset } from './clock-offset.ts'
import type { PropagationOptions } from './options.ts'
import type { Row } from './phase.ts'
import { markdownTable, megabytes, percent } from './report.ts'
import type { Verdict } from './verdict.ts'

/** Reading of both memories, after everything unreachable was freed. */
export interface Memory {
  readonly heapBytes: number
  readonly residentBytes: number
}

export interface PropagationContext {
  readonly description: string
  readonly browser: string
  readonly options: PropagationOptions
  readonly loadBefore: number
  readonly loadAfter: number
  readonly loadMs: number
  readonly clockOffsets: { readonly product: ClockOffset; readonly floors: ClockOffset }
  readonly memory: { readonly before: Memory; readonly after: Memory }
}

export function reportPropagation(found: {
  readonly context: PropagationContext
  readonly rows: readonly Row[]
  readonly verdict: Verdict | null
  readonly breakdown: Breakdown | null
}): string {
  const { context, rows, verdict, breakdown } = found
  return [
    introduction(context),
    tableOfDelays(rows, verdict?.text ?? 'The aim names 100 updates/s, which was not measured.'),
    tableOfCosts(rows, context),
    ...(breakdown ? [tableOfSteps(breakdown)] : []),
  ].join('\n\n')
}

function introduction({ description, browser, options, loadBefore, loadAfter, loadMs }: PropagationContext): string {
  const { products, visible, seconds, rounds, quiet } = options
  return [
    `${browser}, headless; ${description}.`,
    `${products.toLocaleString('en')} products (loaded in ${(loadMs / 1000).toFixed(1)} s), ${visible} rows in sight get half of the updates, the rest fall anywhere;`,
    `${rounds} × ${seconds} s for each line. Load average ${loadBefore.toFixed(2)} before, ${loadAfter.toFixed(2)} after.${quiet ? ' A phase in which others used more than a tenth of the machine was repeated.' : ''}`,
  ].join('\n')
}

function tableOfDelays(rows: readonly Row[], verdict: string): string {
  const floorOf = (rate: number) => rows.find((row) => row.rate === rate && row.subject === 'paint floor')?.delay.p95
  const words = {
    'broker floor': 'broker floor: publish → callback',
    'paint floor': 'paint floor: publish → memory → frame',
    product: '**product: commit → frame**',
  } as const
  const table = markdownTable(
    ['updates/s', 'ms', 'p50', 'p95', 'p99', 'most', 'p95 ÷ paint floor', 'seen', 'lost', 'tasks > 50 ms'],
    rows.map(({ subject, rate, delay, lost, longTasks }) => [
      rate,
      words[subject],
      delay.p50,
      delay.p95,
      delay.p99,
      delay.max,
      delay.p95 / (floorOf(rate) ?? Number.NaN),
      delay.count,
      lost,
      longTasks.length,
    ]),
  )
  return `${table}\n\n${verdict}`
}

function tableOfCosts(rows: readonly Row[], { memory: { before, after } }: PropagationContext): string {
  const costs = markdownTable(
    [
      'updates/s',
      'subject',
      'messages/update',
      'bytes in/update',
      'bytes out/update',
      'SQL commit p50 / p95 ms',
      'page',
      'server',
      'machine',
      'of it others',
    ],
    rows.map((row) => [
      row.rate,
      row.subject,
      row.messagesPerUpdate,
      Math.round(row.receivedPerUpdate),
      Math.round(row.sentPerUpdate),
      row.commit.count === 0 ? '–' : `${row.commit.p50.toFixed(1)} / ${row.commit.p95.toFixed(1)}`,
      percent(row.pageCpu),
      percent(row.serverCpu),
      percent(row.machine.busy),
      row.machine.others === null ? '–' : percent(row.machine.others),
    ]),
  )
  const memory = markdownTable(
    ['MB', 'before', 'after'],
    [
      ["page's JavaScript heap, collected", megabytes(before.heapBytes), megabytes(after.heapBytes)],
      ['server, resident', megabytes(before.residentBytes), megabytes(after.residentBytes)],
    ],
  )
  return `Page and server: share of one core (main thread; process with what is embedded). Machine: share of all cores.\n\n${costs}\n\n${memory}`
}

function tableOfSteps({ rate, milestones, writeMs, stocksPerWrite }: Breakdown): string {
  const table = markdownTable(
    [`since COMMIT at ${rate}/s, ms`, 'p50', 'p95', 'p99', 'updates'],
    milestones.map(({ name, sinceCommit: { p50, p95, p99, count } }) => [name, p50, p95, p99, count]),
  )
  const writes = `${writeMs.count} IndexedDB writes: ${writeMs.p50.toFixed(1)} ms p50, ${writeMs.p95.toFixed(1)} ms p95, ${stocksPerWrite.p50} stocks p50, ${stocksPerWrite.max} at most.`
  return `${table}\n\n${writes}`
}
