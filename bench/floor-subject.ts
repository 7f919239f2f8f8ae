/** The floors: a plain MQTT client publishes, a plain page in the same browser receives and, for the second, paints. */
import type { Browser, Page } from '@playwright/test'
import type { Branch } from '../e2e/support/admin-client.ts'
import { buildTopic } from '../src/contract/topics.ts'
import { type ClockOffset, measureClockOffset } from './clock-offset.ts'
import { isNumber, matchUpdates, type Sighting, shift } from './match-updates.ts'
import type { MeasuredSubject } from './measured-subject.ts'
import { pollUntil } from './pace.ts'
import { showsAll } from './shows-all.ts'
import type { Stand } from './stand.ts'
import { createStockStream, type StockStream, type stockEvent } from './stock-stream.ts'

const SETTLE_DEADLINE_MS = 10_000

export interface FloorPage {
  readonly page: Page
  readonly offset: ClockOffset
  readonly stream: StockStream
}

interface FloorPlace {
  readonly branch: Branch
  readonly ids: readonly number[]
  readonly visible: readonly number[]
}

/** `visible` of `ids` get a row. The branch is the floors' own: the product's counter does not hear of it. */
export async function openFloorPage(
  browser: { newPage(): Promise<Page> },
  stand: Stand,
  site: { readonly origin: string; readonly probe: string },
  at: FloorPlace,
): Promise<FloorPage> {
  const { broker, backend, appEnv } = stand
  const page = await browser.newPage()
  await page.addInitScript({ content: site.probe })
  await page.goto(site.origin)
  const offset = await measureClockOffset(page)
  const { merchantCode, branchCode } = at.branch
  const topic = buildTopic({ env: appEnv, merchantCode, branchCode }, 'product')
  const { username, password, protocolVersion } = broker
  const connection = { url: stand.browserMqttUrl, username, password, protocolVersion, topic }
  await page.evaluate(([wanted, ids]) => window.benchFloors.open(wanted, ids), [connection, at.visible] as const)
  const stream = createStockStream(backend, at.branch, {
    stocks: new Map(at.ids.map((id) => [id, 1000])),
    visible: at.visible,
    logEnd: { epoch: '00000000-0000-4000-8000-000000000000', seq: 0 },
  })
  return { page, offset, stream }
}

export async function openFloors(
  browser: Browser,
  stand: Stand,
  site: { readonly origin: string; readonly probe: string },
  at: FloorPlace,
): Promise<{ brokerFloor: MeasuredSubject; paintFloor: MeasuredSubject }> {
  const { page, offset, stream } = await openFloorPage(browser, stand, site, at)
  const start = (floor: 'callback' | 'paint') =>
    page.evaluate((wanted) => {
      window.benchFloors.run(wanted)
      window.benchProbe.start({ trace: false })
    }, floor)
  const stop = () => page.evaluate(() => window.benchProbe.stop())

  const brokerFloor: MeasuredSubject = {
    subject: 'broker floor',
    page,
    offset,
    async measure(rate, seconds) {
      await start('callback')
      const updates = await stream.publish(rate, seconds)
      const count = () => page.evaluate(() => window.benchFloors.arrivalCount())
      await pollUntil(async () => (await count()) >= updates.length, SETTLE_DEADLINE_MS)
      const arrivals = await page.evaluate(() => window.benchFloors.arrivals())
      const recording = await stop()
      const { delays, lost, wentBack } = matchUpdates(updates, shift(arrivals.map(toSighting), offset.ms))
      return { updates, delays: delays.filter(isNumber), lost: lost.length, wentBack, commits: [], recording }
    },
  }
  const paintFloor: MeasuredSubject = {
    subject: 'paint floor',
    page,
    offset,
    async measure(rate, seconds) {
      await start('paint')
      const updates = await stream.publish(rate, seconds)
      const watched = updates.filter(({ id }) => at.visible.includes(id))
      await pollUntil(() => showsAll(page, watched), SETTLE_DEADLINE_MS)
      const recording = await stop()
      const { delays, lost, wentBack } = matchUpdates(watched, shift(recording.paints, offset.ms))
      return { updates, delays: delays.filter(isNumber), lost: lost.length, wentBack, commits: [], recording }
    },
  }
  return { brokerFloor, paintFloor }
}

function toSighting({ at, payload }: { readonly at: number; readonly payload: string }): Sighting {
  const { data }: ReturnType<typeof stockEvent> = JSON.parse(payload)
  return { id: data.product_id, value: data.new_stock, at }
}
