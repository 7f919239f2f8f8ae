import 'fake-indexeddb/auto'
import { hash } from 'node:crypto'
import type { Enrollment } from '../../../src/contract/device.ts'
import { PATHS } from '../../../src/contract/rest.ts'
import { readKeptSales } from '../../../src/db/branch-sales.ts'
import { CacheDb } from '../../../src/db/cache-db.ts'
import type { AppliedUpdate } from '../../../src/db/journal/update-row.ts'
import { readMeta, writeMeta } from '../../../src/db/meta.ts'
import { readOwnOperations } from '../../../src/db/sales/read-operations.ts'
import { SalesDb } from '../../../src/db/sales/sales-db.ts'
import { readVerdictMark } from '../../../src/db/sales/sales-meta.ts'
import type { OperationRow } from '../../../src/db/sales/sales-rows.ts'
import { readProducts } from '../../../src/db/watch-products.ts'
import { shownStock } from '../../../src/domain/available-stock.ts'
import { newCart } from '../../../src/domain/cart.ts'
import { createDiagnosticsLog, type DiagnosticsLog } from '../../../src/sync/health/diagnostics-log.ts'
import { createRefreshedLines } from '../../../src/sync/health/refreshed-lines.pure.ts'
import { createDeltaSync, type DeltaSync } from '../../../src/sync/live/delta-sync.ts'
import { createSales } from '../../../src/sync/outbox/create-sales.ts'
import type { Actor, SaleOutcome, Sales } from '../../../src/sync/outbox/sales.ts'
import { createSalesSender, type SalesSender } from '../../../src/sync/outbox/sales-sender.ts'
import type { QueueDeps } from '../../../src/sync/outbox/send-batch.ts'
import type { HttpLike, HttpRequest, LockManagerLike, MqttConnect } from '../../../src/sync/ports.ts'
import { type HistoryOutcome, loadHistory } from '../../../src/sync/refresh/load-history.ts'
import { createPageGuard } from '../../../src/sync/refresh/page-guard.ts'
import type { RefreshMode } from '../../../src/sync/refresh/refresh.pure.ts'
import { runRefresh } from '../../../src/sync/refresh/run-refresh.ts'
import { createStrictJournal } from '../../support/strict-journal.ts'
import type { FakeClock } from './fake-clock.ts'
import { SCOPE, type SimServer } from './sim-server.ts'

let devices = 0
let operations = 0

const ACTOR: Actor = { staffId: 1, staffName: 'Sari', shiftId: null, approvedBy: 3 }

/** The real sync of one tab over a fake IndexedDB and a simulated backend. */
export class SimDevice {
  readonly db: CacheDb
  readonly salesDb: SalesDb
  readonly sales: Sales
  sender: SalesSender
  readonly #server: SimServer
  readonly #clock: FakeClock
  readonly #random: () => number
  readonly #deviceId: string
  #locks = createFakeLocks()
  readonly #zombies: DeltaSync[] = []
  readonly #robbed: SalesSender[] = []
  readonly #wakers = new Set<() => void>()
  readonly failures: unknown[] = []
  /** Lines of the log of updates that its refreshes left. */
  refreshed: AppliedUpdate[] = []
  /** Whether a page of the app is open. */
  isLogFollowed = true
  readonly #journal = createStrictJournal((_kind, what, error) => this.failures.push(error ?? what))
  /** How it reaches a broker; the simulated one's unless a test has a real one. */
  connect: MqttConnect
  /** What the server says of this device. */
  checkDevice: () => Promise<void> = async () => undefined
  /** Sees every upload before it leaves; throws what the server is to answer. */
  intercept: ((request: HttpRequest) => void) | null = null
  diagnostics: DiagnosticsLog
  sync: DeltaSync

  /** @param enrolled the device that its cache is of */
  constructor(server: SimServer, clock: FakeClock, random: () => number = () => 0.5, enrolled: Enrollment = DEVICE) {
    devices += 1
    this.db = new CacheDb(`sim-${devices}`)
    this.salesDb = new SalesDb(`sim-sales-${devices}`)
    this.#server = server
    this.connect = server.connect
    this.#clock = clock
    this.#random = random
    this.#deviceId = enrolled.device_id
    this.sales = createSales({
      salesDb: this.salesDb,
      http: this.#http,
      device: () => DEVICE,
      now: clock.now,
      newId,
      keptFailures: () => Promise.resolve([]),
      onRecorded: ({ force }) => this.sender.kick({ ignoreBackoff: force }),
      journal: this.#journal,
    })
    this.sender = this.#openSender()
    this.diagnostics = createDiagnosticsLog(clock)
    this.sync = this.#open()
    void writeMeta(this.db, 'device', enrolled)
  }

  start(): void {
    this.sync.start()
  }

  /** Somebody looks at the screen again, or a network is reported. */
  wake(): void {
    for (const waker of [...this.#wakers]) waker()
  }

  get locks(): LockManagerLike {
    return this.#locks
  }

  /** The tab dies and another begins on the same database. */
  restart(): void {
    this.sync.stop()
    this.sender.stop()
    this.sync = this.#open()
    this.sender = this.#openSender()
    this.sync.start()
    this.sender.kick()
  }

  /** The context that sends dies: its locks are free, and what it waits for arrives nowhere. */
  crash(): void {
    this.#locks.handOver(null)
    this.#locks = createFakeLocks()
    this.restart()
  }

  /** Another tab begins to sync while this one still does: what a frozen tab does when it thaws. */
  startAnother(): void {
    this.#zombies.push(this.sync)
    this.sync = this.#open()
    this.sync.start()
  }

  /** The sender's lock is taken from it in the middle of whatever it does: it goes on beside the one that took it. */
  robSender(): void {
    const locks = createFakeLocks()
    this.#locks.handOver(locks)
    this.#locks = locks
    this.#robbed.push(this.sender)
    this.sender = this.#openSender()
    this.sender.kick({ ignoreBackoff: true })
  }

  /** Ends what startAnother left behind. */
  stopOthers(): void {
    for (const zombie of this.#zombies.splice(0)) zombie.stop()
    for (const sender of this.#robbed.splice(0)) sender.stop()
  }

  async refresh(mode: RefreshMode) {
    const http = this.#http
    const now = this.#clock.now
    const refreshed = createRefreshedLines(now)
    const outcome = await runRefresh(
      {
        db: this.db,
        http,
        locks: this.#locks,
        branchCode: SCOPE.branchCode,
        deviceId: this.#deviceId,
        guard: createPageGuard(this.db, this.#queue()),
        // Without a thread: a run must be the same each time.
        checksum: async (content) => hash('sha256', content, 'hex').slice(0, 16),
        now,
        isLogFollowed: async () => this.isLogFollowed,
        onFailure: (error) => this.failures.push(error),
        onChanged: refreshed.onChanged,
      },
      mode,
    )
    this.refreshed.push(...refreshed.take(0))
    return outcome
  }

  /** As the engine does it once it is live (rule R6). */
  async loadHistory(): Promise<HistoryOutcome> {
    return await loadHistory({
      db: this.db,
      http: this.#http,
      locks: this.#locks,
      branchCode: SCOPE.branchCode,
      deviceId: this.#deviceId,
      guard: createPageGuard(this.db, this.#queue()),
      checksum: async (content) => hash('sha256', content, 'hex').slice(0, 16),
      now: this.#clock.now,
      onChanged: () => undefined,
    })
  }

  /** The branch's sales as they are kept here, as the screens read them. */
  async keptSales(): Promise<Record<number, string>> {
    const { sales } = await readKeptSales(this.db, { day: null, text: '', limit: 100_000 })
    return Object.fromEntries(
      sales.map(({ id, offline_id: of, status, refunds }) => [
        id,
        `${of} ${status} ${(refunds ?? []).map((refund) => refund.offline_id)}`,
      ]),
    )
  }

  /** A sale of one line, recorded as the screens do it. */
  async sell(productId: number, quantity: number, saleId = newId()): Promise<SaleOutcome> {
    return await this.sales.completeSale({
      saleId,
      cart: newCart({ cartId: 'cart', saleId, createdAt: 0 }),
      items: [{ ...ITEM, product_id: productId, quantity }],
      subtotal: 1000 * quantity,
      discount_total: 0,
      tax_total: 0,
      grand_total: 1000 * quantity,
      partsVersion: 0,
      cart_discount: 0,
      rounding_total: 0,
      tax: null,
      note: null,
      payments: [{ payment_method: 'CASH', amount: 1000 * quantity, reference: null, tendered: null }],
      actor: ACTOR,
    })
  }

  /** Voids one of the sales that can be. */
  async voidOne(choice: number): Promise<void> {
    const sale = pick(await this.#sales(), choice)
    if (sale?.content.type !== 'sale') return
    await this.sales.voidSale({ offlineId: sale.offline_id, items: sale.content.sale.items }, 'wrong', ACTOR)
  }

  /** Refunds one unit of one of the sales that have more left than that. */
  async refundOne(choice: number): Promise<void> {
    const all = await this.operations()
    const sale = pick(
      (await this.#sales()).filter(({ content, offline_id: id }) => {
        const refunds = all.filter(
          ({ about, kind, state }) => about === id && kind === 'refund' && state !== 'cancelled',
        )
        return content.type === 'sale' && (content.sale.items[0]?.quantity ?? 0) > refunds.length
      }),
      choice,
    )
    if (sale?.content.type !== 'sale') return
    const lines = sale.content.sale.items.map(({ product_id }) => ({ product_id, quantity: 1, amount: 1000 }))
    const refund = { lines, refundTotal: 1000, paymentMethod: 'CASH', reference: null, reason: 'broken' }
    await this.sales.refundSale({ offlineId: sale.offline_id, items: sale.content.sale.items }, refund, ACTOR)
  }

  async sendRefusedAgain(): Promise<void> {
    for (const { offline_id: id, state } of await this.operations()) {
      if (state === 'needs-decision') await this.sales.sendAgain(id, ACTOR)
    }
  }

  /** What the server will never take is given up by a person. */
  async discardRefused(): Promise<void> {
    for (const { offline_id: offlineId, state, content } of await this.operations()) {
      if (state !== 'needs-decision') continue
      if (content.type === 'sale') await this.sales.voidSale({ offlineId, items: content.sale.items }, 'refused', ACTOR)
      else await this.sales.dropRefused(offlineId, 'refused', ACTOR)
    }
  }

  /** `offline_id|epoch` of every life of the server in which this device knows what became of an operation. */
  async heardVerdicts(): Promise<ReadonlySet<string>> {
    const effects = await this.salesDb.effects.toArray()
    return new Set(effects.flatMap(({ offline_id: id, learned }) => learned.map(({ epoch }) => `${id}|${epoch}`)))
  }

  async operations(): Promise<OperationRow[]> {
    return await this.salesDb.operations.orderBy('place').toArray()
  }

  /** What the screen shows of each product, by the very query and sum of the screens, and the state that it is made of. */
  async shown() {
    const ids = (await this.db.products.toCollection().primaryKeys()) as number[]
    const products = await readProducts({ cache: this.db, sales: this.salesDb }, ids)
    return products.flatMap(({ row, effects }) => {
      if (!row) return []
      const { quantity, version, provenance } = row.stocked
      const record = { epoch: provenance.epoch, version }
      return { id: row.id, ...record, stock: quantity, shown: shownStock(quantity, record, effects) }
    })
  }

  /** How far this device can prove that the log had come in this life. */
  async marked(epoch: string): Promise<number | null> {
    const mark = await readMeta(this.db, 'mark')
    return mark?.epoch === epoch ? mark.seq : null
  }

  /** True while some stock here is of this life of the server. */
  async holdsAnyOf(epoch: string): Promise<boolean> {
    return (await this.db.stocks.toArray()).some(({ provenance }) => provenance.epoch === epoch)
  }

  async delete(): Promise<void> {
    this.sync.stop()
    this.sender.stop()
    this.stopOthers()
    await Promise.all([this.db.delete(), this.salesDb.delete()])
  }

  async #sales(): Promise<OperationRow[]> {
    return (await this.operations()).filter(
      ({ kind, state, voided_by: voidedBy }) => kind === 'sale' && state !== 'cancelled' && voidedBy === '',
    )
  }

  #queue(): QueueDeps {
    return {
      salesDb: this.salesDb,
      http: this.#http,
      locks: this.#locks,
      branchCode: SCOPE.branchCode,
      deviceId: DEVICE.device_id,
      now: this.#clock.now,
      steady: this.#clock.steady,
      random: this.#random,
      isAttentive: () => true,
      journal: this.#journal,
    }
  }

  #openSender(): SalesSender {
    return createSalesSender({ ...this.#queue(), cache: this.db, clock: this.#clock, watch: () => () => undefined })
  }

  async stocks(): Promise<Record<number, string>> {
    const tables = [this.db.products, this.db.stocks].map((table) => table.toCollection().primaryKeys())
    // A stock without its product stands out as well.
    const ids = [...new Set((await Promise.all(tables)).flat() as number[])]
    const products = await readProducts({ cache: this.db, sales: this.salesDb }, ids)
    return Object.fromEntries(products.map(({ row }, at) => [ids[at], `${row?.name}:${row?.stock}`]))
  }

  /** Every request takes some time: a clock that stood still would make "asked later" and "asked before" the same. */
  readonly #http: HttpLike = async (request) => {
    this.#clock.spend(1)
    if (request.path === PATHS.batchSync) this.intercept?.(request)
    return await this.#server.http(request)
  }

  #open(): DeltaSync {
    this.diagnostics = createDiagnosticsLog(this.#clock)
    return createDeltaSync({
      db: this.db,
      scope: SCOPE,
      deviceId: this.#deviceId,
      clientId: 'DEV-1-tab',
      http: this.#http,
      connect: (clientId, events) => this.connect(clientId, events),
      clock: this.#clock,
      random: this.#random,
      visibility: {
        isVisible: () => true,
        isOnline: () => true,
        onWake: (waker) => {
          this.#wakers.add(waker)
          return () => this.#wakers.delete(waker)
        },
      },
      diagnostics: this.diagnostics,
      journal: this.#journal,
      ownOperations: (offlineIds) => readOwnOperations(this.salesDb, offlineIds),
      verdictMark: () => readVerdictMark(this.salesDb, DEVICE.device_id),
      requestRefresh: (mode) => this.refresh(mode),
      checkDevice: () => this.checkDevice(),
    })
  }
}

const ITEM = {
  product_name: null,
  unit: null,
  price: 1000,
  discount: 0,
  note: null,
  master_price: null,
  stock_shown: null,
}

export const DEVICE: Enrollment = {
  device_id: 'DEV-1',
  device_secret_token: 'secret-secret-secret',
  merchant: { code: SCOPE.merchantCode, name: 'M' },
  branch: { code: SCOPE.branchCode, name: 'B' },
  env: SCOPE.env,
  mqtt: { url: 'ws://sim', protocol_version: 4, username: 'DEV-1', keepalive: 60 },
}

/** Ids that are the same in every run of the same steps. */
function newId(): string {
  operations += 1
  return `00000000-0000-4000-8000-${String(operations).padStart(12, '0')}`
}

function pick<T>(items: readonly T[], choice: number): T | undefined {
  return items[choice % Math.max(1, items.length)]
}

/** Web Locks of one device, without stealing. */
interface FakeLocks extends LockManagerLike {
  /** What is asked of these from now on is asked of those; null: of nobody, whoever asks has died. */
  handOver(others: LockManagerLike | null): void
}

export function createFakeLocks(): FakeLocks {
  const tails = new Map<string, Promise<unknown>>()
  let others: LockManagerLike | null | undefined
  return {
    handOver(next) {
      others = next
    },
    async request(name, options, work) {
      if (others !== undefined) return await (others?.request(name, options, work) ?? new Promise(() => undefined))
      const { ifAvailable = false } = options
      const tail = tails.get(name)
      if (tail && ifAvailable) return undefined
      const run = (tail ?? Promise.resolve()).then(work, work)
      const guarded = run
        .catch(() => undefined)
        .then(() => {
          if (tails.get(name) === guarded) tails.delete(name)
        })
      tails.set(name, guarded)
      return await run
    },
  }
}
