/** `npm run bench -- propagation`: from a commit in the database to the frame that shows it, beside two floors. */
import type { Browser } from '@playwright/test'
import { type Breakdown, traceProduct } from './breakdown.ts'
import { openFloors } from './floor-subject.ts'
import type { MeasuredSubject } from './measured-subject.ts'
import type { PropagationOptions } from './options.ts'
import { bundlePageScript, serveFloors } from './page-scripts.ts'
import { combinePhases, type Phase } from './phase.ts'
import { openProduct, type ProductSubject } from './product-subject.ts'
import { readMessages } from './read-messages.ts'
import { markdownTable, megabytes, percent } from './report.ts'
import { busyShare, createPageMeter, readLoad, readMachineTimes, readServerUse } from './resources.ts'
import { launchBrowser, openStand, type Stand } from './stand.ts'
import { judge } from './verdict.ts'

const WARM_UP_SECONDS = 3

export interface BenchResult {
  readonly markdown: string
  /** Everything that was measured, for a file. */
  readonly data: unknown
  readonly isMet: boolean
}

/** Reading of both memories, after everything unreachable was freed. */
interface Memory {
  readonly heapBytes: number
  readonly residentBytes: number
}

export async function runPropagation(options: PropagationOptions, say: (line: string) => void): Promise<BenchResult> {
  const loadBefore = readLoad()
  const stand = await openStand(process.env)
  const floorSite = await serveFloors()
  let browser: Browser | null = null
  try {
    browser = await launchBrowser()
    const probe = await bundlePageScript('probe')
    say(stand.description)
    const branch = await stand.makeBranch(options.products)
    const product = await openProduct(browser, stand, probe, { branch, visible: options.visible })
    say(`${options.products} products loaded in ${Math.round(product.loadMs)} ms`)
    const floors = await openFloors(
      browser,
      stand,
      { origin: floorSite.origin, probe },
      {
        branch: await stand.makeBranch(0),
        ids: product.ids,
        visible: product.visible,
      },
    )
    const subjects: readonly MeasuredSubject[] = [floors.brokerFloor, floors.paintFloor, product]
    const rate = Math.max(...options.rates)
    for (const subject of subjects) await subject.measure(rate, WARM_UP_SECONDS)

    const before = await readMemory(stand, product)
    const phases: Phase[] = []
    for (let round = 0; round < options.rounds; round += 1) {
      for (const rate of options.rates) {
        // Turn by turn, so that what slows the machine down does not always meet the same one.
        for (const subject of round % 2 === 0 ? subjects : subjects.toReversed()) {
          const phase = await runPhase(stand, subject, rate, options.seconds)
          phases.push(phase)
          say(`round ${round + 1}, ${rate}/s, ${subject.subject}: ${phase.updates} updates, ${phase.lost} lost`)
        }
      }
    }
    const after = await readMemory(stand, product)
    const breakdown = options.trace ? await traceProduct(stand, product, branch, rate, options.seconds) : null
    const rows = combinePhases(phases)
    const verdict = judge(rows)
    const context = {
      description: stand.description,
      browser: `Chromium ${browser.version()}`,
      options,
      loadBefore,
      loadAfter: readLoad(),
      clockOffsets: { product: product.offset, floors: floors.paintFloor.offset },
      loadMs: product.loadMs,
      memory: { before, after },
    }
    return {
      markdown: [
        introduction(context),
        tableOfDelays(rows, verdict?.text ?? 'The aim names 100 updates/s, which was not measured.'),
        tableOfCosts(rows, context),
        ...(breakdown ? [tableOfSteps(breakdown)] : []),
      ].join('\n\n'),
      data: { ...context, verdict, rows, breakdown, phases },
      isMet: verdict?.isMet ?? true,
    }
  } finally {
    await browser?.close()
    await floorSite.close()
    await stand.close()
  }
}

async function runPhase(stand: Stand, subject: MeasuredSubject, rate: number, seconds: number): Promise<Phase> {
  const meter = await createPageMeter(subject.page)
  const [server, page] = await Promise.all([readServerUse(stand.server.origin), meter.read({ collect: true })])
  const machine = readMachineTimes()
  const begin = performance.now()
  const { updates, recording, ...measured } = await subject.measure(rate, seconds)
  const elapsed = (performance.now() - begin) / 1000
  const machineAfter = readMachineTimes()
  const [serverAfter, pageAfter] = await Promise.all([
    readServerUse(stand.server.origin),
    meter.read({ collect: false }),
  ])
  await meter.close()
  const { longTasks, bytesReceived, bytesSent } = recording
  return {
    subject: subject.subject,
    rate,
    updates: updates.length,
    ...measured,
    longTasks,
    messages: readMessages(recording, stand.broker.protocolVersion).length,
    bytesReceived,
    bytesSent,
    seconds: elapsed,
    pageCpu: (pageAfter.taskSeconds - page.taskSeconds) / elapsed,
    serverCpu: (serverAfter.cpuSeconds - server.cpuSeconds) / elapsed,
    machineCpu: busyShare(machine, machineAfter),
  }
}

async function readMemory(stand: Stand, product: ProductSubject): Promise<Memory> {
  const meter = await createPageMeter(product.page)
  const { heapBytes } = await meter.read({ collect: true })
  await meter.close()
  return { heapBytes, residentBytes: (await readServerUse(stand.server.origin)).residentBytes }
}

interface Context {
  readonly description: string
  readonly browser: string
  readonly options: PropagationOptions
  readonly loadBefore: number
  readonly loadAfter: number
  readonly loadMs: number
  readonly memory: { readonly before: Memory; readonly after: Memory }
}

function introduction({ description, browser, options, loadBefore, loadAfter, loadMs }: Context): string {
  const { products, visible, seconds, rounds } = options
  return [
    `${browser}, headless; ${description}.`,
    `${products.toLocaleString('en')} products (loaded in ${(loadMs / 1000).toFixed(1)} s), ${visible} rows in sight get half of the updates, the rest fall anywhere;`,
    `${rounds} × ${seconds} s for each line. Load average ${loadBefore.toFixed(2)} before, ${loadAfter.toFixed(2)} after.`,
  ].join('\n')
}

type Rows = ReturnType<typeof combinePhases>

function tableOfDelays(rows: Rows, verdict: string): string {
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

function tableOfCosts(rows: Rows, { memory: { before, after } }: Context): string {
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
      percent(row.machineCpu),
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

function tableOfSteps({ rate, milestones, writeMs, productsPerWrite }: Breakdown): string {
  const table = markdownTable(
    [`since COMMIT at ${rate}/s, ms`, 'p50', 'p95', 'p99', 'updates'],
    milestones.map(({ name, sinceCommit: { p50, p95, p99, count } }) => [name, p50, p95, p99, count]),
  )
  const writes = `${writeMs.count} IndexedDB writes: ${writeMs.p50.toFixed(1)} ms p50, ${writeMs.p95.toFixed(1)} ms p95, ${productsPerWrite.p50} products p50, ${productsPerWrite.max} at most.`
  return `${table}\n\n${writes}`
}
