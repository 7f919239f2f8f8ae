/** `npm run bench -- propagation`: from a commit in the database to the frame that shows it, beside two floors. */
import type { Browser } from '@playwright/test'
import { traceProduct } from './breakdown.ts'
import { openFloors } from './floor-subject.ts'
import { cpuShares, isQuiet, readCpu, readLoadAverage, waitForQuiet } from './machine.ts'
import type { MeasuredSubject } from './measured-subject.ts'
import type { PropagationOptions } from './options.ts'
import { bundlePageScript, serveFloors } from './page-scripts.ts'
import { combinePhases, type Phase } from './phase.ts'
import { openProduct, type ProductSubject } from './product-subject.ts'
import { type Memory, type PropagationContext, reportPropagation } from './propagation-report.ts'
import { readMessages } from './read-messages.ts'
import { createPageMeter, readServerUse } from './resources.ts'
import type { BenchResult } from './run-on-stand.ts'
import { launchBrowser, openStand, type Stand } from './stand.ts'
import { judge } from './verdict.ts'

const WARM_UP_SECONDS = 3
const QUIET_DEADLINE_MS = 120_000
const MAX_ATTEMPTS = 20

export async function runPropagation(options: PropagationOptions, say: (line: string) => void): Promise<BenchResult> {
  const loadBefore = readLoadAverage()
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
          const phase = await runUndisturbed(options.quiet, () => runPhase(stand, subject, rate, options.seconds))
          phases.push(phase)
          say(`round ${round + 1}, ${rate}/s, ${subject.subject}: ${phase.updates} updates, ${phase.lost} lost`)
        }
      }
    }
    const after = await readMemory(stand, product)
    if (options.quiet) await waitForQuiet(QUIET_DEADLINE_MS)
    const breakdown = options.trace ? await traceProduct(stand, product, branch, rate, options.seconds) : null
    const rows = combinePhases(phases)
    const verdict = judge(rows)
    const context: PropagationContext = {
      description: stand.description,
      browser: `Chromium ${browser.version()}`,
      options,
      loadBefore,
      loadAfter: readLoadAverage(),
      clockOffsets: { product: product.offset, floors: floors.paintFloor.offset },
      loadMs: product.loadMs,
      memory: { before, after },
    }
    return {
      markdown: reportPropagation({ context, rows, verdict, breakdown }),
      data: { ...context, verdict, rows, breakdown, phases },
      isMet: verdict?.isMet ?? true,
    }
  } finally {
    await browser?.close()
    await floorSite.close()
    await stand.close()
  }
}

/** Whether a phase's times count depends on the others alone, never on what it found; what it lost always counts. */
async function runUndisturbed(isWanted: boolean, run: () => Promise<Phase>): Promise<Phase> {
  let lost = 0
  let wentBack = 0
  for (let attempt = 1; ; attempt += 1) {
    if (isWanted) await waitForQuiet(QUIET_DEADLINE_MS)
    const phase = await run()
    lost += phase.lost
    wentBack += phase.wentBack
    if (!isWanted || isQuiet(phase.machine) || attempt === MAX_ATTEMPTS) return { ...phase, lost, wentBack }
  }
}

async function runPhase(stand: Stand, subject: MeasuredSubject, rate: number, seconds: number): Promise<Phase> {
  const meter = await createPageMeter(subject.page)
  const [server, page] = await Promise.all([readServerUse(stand.server), meter.read({ collect: true })])
  const machine = readCpu()
  const begin = performance.now()
  const { updates, recording, ...measured } = await subject.measure(rate, seconds)
  const elapsed = (performance.now() - begin) / 1000
  const machineAfter = readCpu()
  const [serverAfter, pageAfter] = await Promise.all([readServerUse(stand.server), meter.read({ collect: false })])
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
    machine: cpuShares(machine, machineAfter),
  }
}

async function readMemory(stand: Stand, product: ProductSubject): Promise<Memory> {
  const meter = await createPageMeter(product.page)
  const { heapBytes } = await meter.read({ collect: true })
  await meter.close()
  return { heapBytes, residentBytes: (await readServerUse(stand.server)).residentBytes }
}
