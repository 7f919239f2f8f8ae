/** publish → frame: stock changes straight from the broker, to the product's stock list and to the floor, in turn. */
import { setTimeout as delay } from 'node:timers/promises'
import type { BrowserContext, Page } from '@playwright/test'
import type { Branch } from '../../e2e/support/admin-client.ts'
import { type ClockOffset, measureClockOffset } from '../clock-offset.ts'
import { openFloorPage } from '../floor-subject.ts'
import { isNumber, matchUpdates, shift } from '../match-updates.ts'
import { pollUntil } from '../pace.ts'
import { idsInSight } from '../product-subject.ts'
import { createPageMeter } from '../resources.ts'
import { showsAll } from '../shows-all.ts'
import type { Stand } from '../stand.ts'
import { createStockStream, readLogEnd, readStocks, type StockStream } from '../stock-stream.ts'
import type { Profiler } from './page-profile.ts'
import type { PaintPhase, PaintSubjectName } from './paint-figures.ts'
import { slowedDown } from './slow-down.ts'

interface PaintSubject {
  readonly name: PaintSubjectName
  readonly page: Page
  readonly offset: ClockOffset
  readonly stream: StockStream
}

const VISIBLE = 15
const RATES = [100, 1000]
/** With a slow page only this rate has an aim. */
const SLOW_RATE = 100
const WARM_UP_SECONDS = 2
const SETTLE_DEADLINE_MS = 20_000
/** What was received is written behind the screen; the next phase must not meet that. */
const REST_MS = 1_500

/** `page` shows the live stock list of a whole branch, with bench/page/probe.ts in it; the floor opens beside it. */
export async function measurePaint(
  stand: Stand,
  context: BrowserContext,
  wanted: {
    readonly page: Page
    readonly branch: Branch
    readonly floorSite: { readonly origin: string; readonly probe: string }
    readonly speeds: readonly number[]
    readonly seconds: number
    readonly rounds: number
    readonly profiler: Profiler
    readonly say: (line: string) => void
  },
): Promise<readonly PaintPhase[]> {
  const { page, branch, profiler } = wanted
  const stocks = await readStocks(stand.sql, branch)
  const visible = (await idsInSight(page)).slice(0, VISIBLE)
  if (visible.length < VISIBLE) throw new Error(`Only ${visible.length} rows are in sight`)
  const floor = await openFloorPage(context, stand, wanted.floorSite, {
    branch: await stand.makeBranch(0),
    ids: [...stocks.keys()],
    visible,
  })
  await floor.page.evaluate(() => window.benchFloors.run('paint'))
  const subjects: readonly PaintSubject[] = [
    { name: 'floor', ...floor },
    {
      name: 'product',
      page,
      offset: await measureClockOffset(page),
      stream: createStockStream(stand.backend, branch, {
        stocks,
        visible,
        logEnd: await readLogEnd(stand.sql, branch),
      }),
    },
  ]
  for (const subject of subjects) {
    // The first message alone: the publisher's connection is opened by it.
    await subject.stream.publish(1, 1)
    await runPhase(subject, visible, { rate: SLOW_RATE, cpu: 1, seconds: WARM_UP_SECONDS })
  }
  const phases: PaintPhase[] = []
  for (let round = 0; round < wanted.rounds; round += 1) {
    for (const cpu of wanted.speeds) {
      for (const rate of cpu === 1 ? RATES : [SLOW_RATE]) {
        // Turn by turn, so that what slows the machine down does not always meet the same one.
        for (const subject of round % 2 === 0 ? subjects : subjects.toReversed()) {
          const run = () => runPhase(subject, visible, { rate, cpu, seconds: wanted.seconds })
          const phase = await slowedDown(subject.page, cpu, () =>
            subject.name === 'product' ? profiler.record(page, `paint-${rate}-cpu${cpu}`, run) : run(),
          )
          phases.push(phase)
          wanted.say(
            `round ${round + 1}, ${rate}/s, CPU ÷ ${cpu}, ${subject.name}: ${phase.delays.length} seen, ${phase.lost} lost`,
          )
        }
      }
    }
  }
  await floor.page.close()
  return phases
}

async function runPhase(
  { name, page, offset, stream }: PaintSubject,
  visible: readonly number[],
  { rate, cpu, seconds }: { readonly rate: number; readonly cpu: number; readonly seconds: number },
): Promise<PaintPhase> {
  const meter = await createPageMeter(page, 'threadTicks')
  await page.evaluate(() => window.benchProbe.start({ trace: false }))
  const before = await meter.read({ collect: true })
  const updates = await stream.publish(rate, seconds)
  const watched = updates.filter(({ id }) => visible.includes(id))
  await pollUntil(() => showsAll(page, watched), SETTLE_DEADLINE_MS, 200)
  await delay(REST_MS)
  // After all of it, also what is written behind the screen: who falls behind must not look idle. Before the recording is fetched,
  // which is this bench's own work.
  const after = await meter.read({ collect: false })
  await meter.close()
  const { paints, longTasks } = await page.evaluate(() => window.benchProbe.stop())
  const { delays, lost, wentBack } = matchUpdates(watched, shift(paints, offset.ms))
  return {
    subject: name,
    rate,
    cpu,
    delays: delays.filter(isNumber),
    lost: lost.length,
    wentBack,
    longTasks: longTasks.length,
    // As planned: when the machine keeps the publisher waiting, the work is no less for it.
    seconds,
    busySeconds: after.taskSeconds - before.taskSeconds,
  }
}
