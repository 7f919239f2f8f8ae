/** A backend that keeps rules S1–S8 in memory, and a network in front of it that keeps none. */
import { hash } from 'node:crypto'
import * as v from 'valibot'
import { type BatchSyncRequest, batchSyncRequestSchema, type SyncResult } from '../../../src/contract/batch-sync.ts'
import type { ChecksumRange } from '../../../src/contract/pages.ts'
import { PATHS } from '../../../src/contract/rest.ts'
import { refundSchema, saleSchema, voidSchema } from '../../../src/contract/sales.ts'
import { type BranchScope, buildTopic, type TopicKind } from '../../../src/contract/topics.ts'
import { HttpFailure } from '../../../src/sync/errors.ts'
import type { HttpAnswer, HttpLike, HttpRequest, MqttConnect, MqttConnectionEvents } from '../../../src/sync/ports.ts'

export const SCOPE: BranchScope = { env: 'test', merchantCode: 'M', branchCode: 'B' }

interface SimProduct {
  id: number
  name: string
  price: number
  version: number
  stock: number
  stock_version: number
}

/** What the server keeps of one operation: its content decides nothing here, its id does (rule Q2). */
interface Booked {
  type: SyncResult['type'] | 'void-of-unknown'
  items: readonly { product_id: number; quantity: number }[]
  versions: Record<string, number>
  id: number
  isVoid: boolean
}

/** A sale as counters keep it (rule R6). */
interface SimSale {
  id: number
  version: number
  offline_id: string
  status: string
  refunds: string[]
}

interface LogEvent {
  topic: string
  event_type: string
  seq: number
  timestamp: string
  data: object
  /** Tells it from what stands at the same place after the log was taken back. */
  written: number
}

interface Snapshot {
  epoch: string
  seq: number
  products: Map<number, SimProduct>
  buried: Map<number, { version: number; stock_version: number }>
  log: LogEvent[]
  booked: Map<string, Booked>
  /** By their `offline_id`. */
  sales: Map<string, SimSale>
  /** Operations that each product's stock holds. */
  holds: Map<number, ReadonlySet<string>>
}

export class SimServer {
  #state: Snapshot = {
    epoch: 'life-1',
    seq: 0,
    products: new Map(),
    buried: new Map(),
    log: [],
    booked: new Map(),
    sales: new Map(),
    holds: new Map(),
  }
  /** `epoch|product|stock_version` → the operations that this state of the stock holds: what a counter can't know. */
  readonly #history = new Map<string, ReadonlySet<string>>()
  /** `epoch|offline_id` of voids that were told to be of an unknown sale. */
  readonly #traceless = new Set<string>()
  /** How many of the next operations are refused. */
  refusals = 0
  /** The next answer to batch-sync is lost after the server has booked everything. */
  losesNextVerdicts = false
  #written = 0
  /** Lives that began because a device proved that the log was taken back. */
  claimed = 0
  #now: () => number
  readonly #connections = new Set<MqttConnectionEvents>()
  /** Messages on their way to the device, undelivered so far. */
  wire: { topic: string; payload: string }[] = []
  isRestUp = true
  /** What an answer of "too busy" asks for, ms, while REST is not up; null: no answer comes at all. */
  retryAfterMs: number | null = null
  isBrokerUp = true
  /** The broker listens and refuses everybody: it starts, or it has forgotten its devices. */
  refusesAll = false
  /** The broker takes connections and says nothing. */
  isBrokerMute = false
  connects = 0
  /** REST answers wait here until released, when `holdsAnswers`. */
  holdsAnswers = false
  #held: (() => void)[] = []
  requests: string[] = []
  /** Changes an answer, at most. */
  changesLimit = 20
  /** False: a server of before there were checksums. */
  knowsChecksums = true
  /** Records a range at most, whatever was asked for. */
  checksumSize = 2

  constructor(now: () => number) {
    this.#now = now
  }

  get seq(): number {
    return this.#state.seq
  }

  get epoch(): string {
    return this.#state.epoch
  }

  stocks(): Record<number, string> {
    return Object.fromEntries([...this.#state.products.values()].map(({ id, name, stock }) => [id, `${name}:${stock}`]))
  }

  /** What each counter is to keep of the branch's sales. */
  sales(): Record<number, string> {
    return Object.fromEntries(
      [...this.#state.sales.values()].map(({ id, offline_id: of, status, refunds }) => [
        id,
        `${of} ${status} ${refunds}`,
      ]),
    )
  }

  create(id: number): void {
    if (this.#state.products.has(id)) return
    const past = this.#state.buried.get(id) ?? { version: 0, stock_version: 0 }
    this.#state.buried.delete(id)
    const product = {
      id,
      name: `P${id}v${past.version + 1}`,
      price: 1000,
      version: past.version + 1,
      stock: 50,
      stock_version: past.stock_version + 1,
    }
    this.#state.products.set(id, product)
    this.#remember(product)
    this.#append('product', 'product_changed', { ...product })
  }

  sell(id: number, quantity: number): void {
    const product = this.#state.products.get(id)
    if (!product) return
    const next = { ...product, stock: product.stock - quantity, stock_version: product.stock_version + 1 }
    this.#state.products.set(id, next)
    this.#remember(next)
    this.#append('product', 'stock_updated', { product_id: id, new_stock: next.stock, version: next.stock_version })
  }

  rename(id: number): void {
    const product = this.#state.products.get(id)
    if (!product) return
    const next = { ...product, version: product.version + 1, name: `P${id}v${product.version + 1}` }
    this.#state.products.set(id, next)
    this.#append('product', 'product_changed', { ...next })
  }

  remove(id: number): void {
    const product = this.#state.products.get(id)
    if (!product) return
    const past = { version: product.version + 1, stock_version: product.stock_version + 1 }
    this.#state.products.delete(id)
    this.#state.buried.set(id, past)
    this.#append('product', 'product_removed', { product_id: id, ...past })
  }

  /** An event of a type that the device does not know, and one that it can't read from the log (rule C1). */
  appendForeign(isBroken: boolean): void {
    this.#append('product', isBroken ? 'stock_updated' : 'moon_phase', isBroken ? { product_id: 'x' } : {})
  }

  snapshot(): Snapshot {
    return structuredClone(this.#state)
  }

  /** As an administrator restores a backup: an older state under a new epoch. */
  restore(snapshot: Snapshot, epoch: string): void {
    this.#state = { ...structuredClone(snapshot), epoch }
    for (const product of this.#state.products.values()) this.#remember(product)
  }

  /** As a copy of files is put back that takes along whatever a server could know it by: the same epoch goes on from an older state. */
  restoreUnnoticed(snapshot: Snapshot): void {
    this.#state = structuredClone(snapshot)
  }

  /** The operations that the stock of this product held in this state. */
  holdsAt(epoch: string | null, productId: number, stockVersion: number): ReadonlySet<string> {
    const held = this.#history.get(`${epoch}|${productId}|${stockVersion}`)
    if (!held) throw new Error(`no state ${stockVersion} of product ${productId} in ${epoch}`)
    return held
  }

  /** True when the server has said in this life that it never had the sale of this void. */
  saidUnknown(epoch: string | null, voidId: string): boolean {
    return this.#traceless.has(`${epoch}|${voidId}`)
  }

  /** How often each operation is booked: in a map, so once or not at all. */
  get booked(): ReadonlySet<string> {
    return new Set(this.#state.booked.keys())
  }

  /** True when this sale is booked and no void of it is. */
  holdsUnvoided(offlineId: string): boolean {
    return this.#state.booked.has(offlineId) && !this.#state.booked.has(`void-of-${offlineId}`)
  }

  prune(keep: number): void {
    this.#state.log = this.#state.log.slice(-keep)
  }

  heartbeat(): void {
    this.#send(buildTopic(SCOPE, 'branch'), {
      event_type: 'heartbeat',
      seq: this.seq,
      epoch: this.epoch,
      timestamp: this.#time(),
      mark: this.#mark(),
    })
  }

  /** False when the last change is not kept any more. */
  get canMark(): boolean {
    return this.#mark() !== undefined
  }

  /** `EPOCH/SEQ/WRITTEN`: here nobody forges. */
  #mark(): string | undefined {
    const last = this.#state.log.at(-1)
    return last?.seq === this.seq ? `${this.epoch}/${this.seq}/${last.written}` : undefined
  }

  /** Rule S6: what a device has seen, and the log does not have any more, begins a new life. */
  #heed(seen: string | null): void {
    for (const mark of seen?.split(',') ?? []) this.#heedMark(mark)
  }

  #heedMark(mark: string): void {
    const [epoch, seq, written] = mark.split('/')
    if (epoch !== this.epoch) return
    const kept = this.#state.log.find((event) => event.seq === Number(seq))
    if (Number(seq) <= this.seq && (kept === undefined || kept.written === Number(written))) return
    this.claimed += 1
    this.restore(this.#state, `claimed-${this.claimed}`)
  }

  // --- the network -----------------------------------------------------------------------------------------------------

  connect: MqttConnect = (_clientId, events) => {
    this.connects += 1
    if (this.isBrokerMute) return { probe: () => undefined, close: () => undefined }
    if (this.isBrokerUp && this.refusesAll) {
      queueMicrotask(() => events.onClosed({ refused: true, text: 'not authorized' }))
    } else if (this.isBrokerUp) {
      this.#connections.add(events)
      queueMicrotask(() => events.onReady())
    } else {
      queueMicrotask(() => events.onClosed({ refused: false, text: 'no broker' }))
    }
    return {
      probe: () => {
        if (this.isBrokerUp && this.#connections.has(events)) queueMicrotask(() => events.onPong())
      },
      close: () => {
        this.#connections.delete(events)
      },
    }
  }

  cutBroker(): void {
    const connections = [...this.#connections]
    this.#connections.clear()
    this.wire = []
    for (const connection of connections) connection.onClosed({ refused: false, text: 'cut' })
  }

  deliver(index: number, times = 1): void {
    const [message] = this.wire.splice(index, 1)
    if (!message) return
    for (let count = 0; count < times; count += 1) this.deliverRaw(message.topic, message.payload)
  }

  deliverAll(): void {
    while (this.wire.length > 0) this.deliver(0)
  }

  deliverRaw(topic: string, payload: string): void {
    const message = { topic, payload: new TextEncoder().encode(payload) }
    for (const connection of this.#connections) connection.onMessage(message)
  }

  releaseAnswers(): void {
    const held = this.#held
    this.#held = []
    for (const release of held) release()
  }

  http: HttpLike = async (request) => {
    this.requests.push(request.path)
    if (!this.isRestUp) {
      throw this.retryAfterMs === null
        ? new HttpFailure('no network', null)
        : new HttpFailure('busy', 503, null, this.retryAfterMs)
    }
    // Read now, arrive later: an answer may be long out of date when it comes.
    const answer = this.#answer(request)
    const serverTime = Math.floor(this.#now() / 1000) * 1000
    if (this.holdsAnswers) await new Promise<void>((resolve) => this.#held.push(resolve))
    if (!this.isRestUp) throw new HttpFailure('cut', null)
    if (answer instanceof HttpFailure) throw answer
    return { ...answer, serverTime }
  }

  #answer({ path, etag, body }: HttpRequest): HttpAnswer | HttpFailure {
    const url = new URL(path, 'http://sim')
    if (url.pathname === PATHS.batchSync) {
      const request = v.parse(batchSyncRequestSchema, body)
      this.#heed(request.seen ?? null)
      return this.#book(request)
    }
    if (url.pathname === PATHS.staff)
      return ok([{ id: 1, name: 'Sari', role: 'cashier', pin_hash: '', active: true, version: 1 }])
    if (url.pathname === PATHS.settings) return ok({ values: {}, updated_at: '2026-01-01T00:00:00Z', version: 0 })
    if (url.pathname === PATHS.changes) this.#heed(url.searchParams.get('seen'))
    const { seq, epoch, log, products } = this.#state
    const number = (name: string) => Number(url.searchParams.get(name) ?? 0)
    if (url.pathname === PATHS.changes) {
      const after = number('after')
      const oldest = log[0]?.seq ?? seq + 1
      if (after > seq || after < oldest - 1) return new HttpFailure('gone', 410, 'log_expired')
      const events = log.filter((event) => event.seq > after).slice(0, this.changesLimit)
      const last = events.at(-1)?.seq ?? seq
      return ok({
        events: events.map(({ written, ...event }) => ({ ...event, epoch })),
        last_seq: seq,
        has_more: last < seq,
        epoch,
        mark: this.#mark(),
      })
    }
    const ownEtag = `"${epoch}-${seq}-${path}"`
    if (etag === ownEtag) return { status: 304, body: null, etag: ownEtag, retryAfterMs: null }
    if (url.pathname === PATHS.checksums) {
      if (!this.knowsChecksums) return new HttpFailure('no such address', 404, 'not_found')
      const body = { code: 200, data: this.#checksums(url.searchParams), meta: { seq, epoch } }
      return { status: 200, body, etag: ownEtag, retryAfterMs: null }
    }
    const all: readonly { readonly id: number }[] =
      url.pathname === PATHS.products
        ? [...products.values()].toSorted((a, b) => a.id - b.id)
        : url.pathname === PATHS.keptSales
          ? this.#saleRows()
          : []
    const ids = url.searchParams.get('ids')?.split(',').map(Number)
    const matching = all.filter((row) => (ids ? ids.includes(row.id) : row.id > number('last_id')))
    // Small pages, so that a refresh takes several and falls apart in between.
    const rows = ids ? matching : matching.slice(0, 3)
    const meta = {
      last_id: rows.at(-1)?.id ?? number('last_id'),
      has_more: rows.length < matching.length,
      total: all.length,
      seq,
      epoch,
    }
    return { status: 200, body: { code: 200, data: structuredClone(rows), meta }, etag: ownEtag, retryAfterMs: null }
  }

  /** Ranges of at most two records, so that a few products make several. */
  #checksums(query: URLSearchParams): ChecksumRange[] {
    const after = Number(query.get('after') ?? 0)
    const upTo = query.get('upto') === null ? null : Number(query.get('upto'))
    const size = Math.min(Number(query.get('size')), this.checksumSize)
    const rows = this.#records(query.get('resource')).filter(({ id }) => id > after && (upTo === null || id <= upTo))
    const parts: (typeof rows)[] = []
    for (let start = 0; start === 0 || start < rows.length; start += size) parts.push(rows.slice(start, start + size))
    return parts.map((part, index) => ({
      up_to: index === parts.length - 1 ? upTo : (part.at(-1)?.id ?? null),
      count: part.length,
      checksum: hash('sha256', part.map(({ record }) => record).join(','), 'hex').slice(0, 16),
    }))
  }

  #records(resource: string | null): { id: number; record: string }[] {
    if (resource === 'staff') return [{ id: 1, record: '1:1' }]
    if (resource === 'transaction')
      return this.#saleRows().map(({ id, version }) => ({ id, record: `${id}:${version}` }))
    if (resource !== 'product') return []
    return [...this.#state.products.values()]
      .toSorted((a, b) => a.id - b.id)
      .map(({ id, version, stock_version: stock }) => ({ id, record: `${id}:${version}:${stock}` }))
  }

  #saleRows() {
    return [...this.#state.sales.values()]
      .toSorted((a, b) => a.id - b.id)
      .map(({ refunds, ...sale }) => ({
        ...sale,
        ...{ transaction_code: `T${sale.id}`, offline_reference: null, grand_total: 1000, items: [], payments: [] },
        ...{ device_id: null, created_by: null, created_at: this.#time(), created_at_device: null },
        refunds: refunds.map((offline_id) => ({
          ...{
            offline_id,
            offline_reference: null,
            refund_total: 1,
            payment_method: 'CASH',
            created_at: '',
            items: [],
          },
        })),
      }))
  }

  /** What became of a booked sale, in its row and in the log. */
  #changeSale(saleId: string, change: Partial<SimSale>, operation: object): void {
    const known = this.#state.sales.get(saleId)
    if (!known) return
    const sale = { ...known, ...change, version: known.version + 1 }
    this.#state.sales.set(saleId, sale)
    const { id, version, status } = sale
    this.#append('transaction', 'transaction_updated', {
      ...{ transaction_id: id, version, status, transaction_offline_id: saleId },
      ...operation,
    })
  }

  #book(request: BatchSyncRequest): HttpAnswer | HttpFailure {
    const sales = request.transactions.map((input) => v.parse(saleSchema, input))
    const voids = request.voids.map((input) => v.parse(voidSchema, input))
    const refunds = request.refunds.map((input) => v.parse(refundSchema, input))
    const results = [
      ...sales.map(({ offline_id: id, items }) =>
        this.#bookOnce(id, 'transaction', items, this.#state.booked.get(`void-of-${id}`) ? 0 : -1, 'sale'),
      ),
      ...voids.map(({ offline_id: id, transaction_offline_id: saleId }) => {
        const sale = this.#state.booked.get(saleId)
        const refunded = refundsOf(this.#state.booked, saleId)
        const rest = (sale?.items ?? []).map(({ product_id: product, quantity }) => ({
          product_id: product,
          quantity: quantity - (refunded.get(product) ?? 0),
        }))
        const result = this.#bookOnce(id, sale ? 'void' : 'void-of-unknown', rest, 1, 'void', saleId)
        if (result.success)
          this.#state.booked.set(`void-of-${saleId}`, { type: 'void', items: [], versions: {}, id: 1, isVoid: true })
        return result
      }),
      ...refunds.map(({ offline_id: id, items, transaction_offline_id: saleId }) =>
        this.#state.booked.has(id) || (this.#state.booked.has(saleId) && !this.#state.booked.has(`void-of-${saleId}`))
          ? this.#bookOnce(id, 'refund', items, 1, 'refund', saleId)
          : refused(id, 'refund', this.#state.booked.has(saleId) ? 'already_void' : 'unknown_transaction'),
      ),
    ]
    const data = {
      success: true,
      total_items: results.length,
      success_count: results.filter(({ success }) => success).length,
      failed_count: results.filter(({ success }) => !success).length,
      results,
      conflicts: [],
      synced_at: this.#time(),
      epoch: this.epoch,
      log: this.canMark ? { epoch: this.epoch, seq: this.seq, mark: this.#mark() } : undefined,
    }
    if (!this.losesNextVerdicts) return ok(data)
    this.losesNextVerdicts = false
    return new HttpFailure('cut after the commit', null)
  }

  #bookOnce(
    offlineId: string,
    type: Booked['type'],
    items: readonly { product_id: number; quantity: number }[],
    sign: number,
    op: 'sale' | 'void' | 'refund',
    saleId = '',
  ): { success: boolean } {
    const known = this.#state.booked.get(offlineId)
    if (known) return this.#result(offlineId, known)
    if (this.refusals > 0) {
      this.refusals -= 1
      return refused(offlineId, type === 'void-of-unknown' ? 'void' : type)
    }
    const versions: Record<string, number> = {}
    for (const { product_id: id, quantity } of sign === 0 ? [] : items) {
      if (quantity === 0) continue
      const product = this.#state.products.get(id)
      if (!product) {
        versions[`stock:${id}`] = this.#state.buried.get(id)?.stock_version ?? 0
        this.#hold(id, offlineId)
        continue
      }
      const next = { ...product, stock: product.stock + sign * quantity, stock_version: product.stock_version + 1 }
      this.#state.products.set(id, next)
      this.#hold(id, offlineId)
      this.#remember(next)
      versions[`stock:${id}`] = next.stock_version
      const data = { product_id: id, new_stock: next.stock, version: next.stock_version, offline_id: offlineId, op }
      this.#append('product', 'stock_updated', data)
    }
    const booked = {
      type,
      items: items.map((item) => ({ ...item })),
      versions,
      id: this.#state.booked.size + 1,
      isVoid: false,
    }
    this.#state.booked.set(offlineId, booked)
    const operation = { offline_id: offlineId, op, versions }
    if (op === 'sale') {
      // Its void was here before it.
      const status = sign === 0 ? 'void' : 'paid'
      const sale = { id: booked.id, version: 1, offline_id: offlineId, status, refunds: [] }
      this.#state.sales.set(offlineId, sale)
      const told = { transaction_id: sale.id, version: 1, status, transaction_offline_id: offlineId }
      this.#append('transaction', 'transaction_created', { ...told, ...operation })
    } else if (op === 'void') {
      if (type === 'void-of-unknown') this.#append('branch', 'operation_booked', {})
      else this.#changeSale(saleId, { status: 'void' }, operation)
    } else {
      this.#append('transaction', 'transaction_created', { transaction_id: booked.id, ...operation })
      const { refunds = [], status } = this.#state.sales.get(saleId) ?? {}
      const sold = this.#state.booked.get(saleId)
      const of = { offline_id: saleId, op: status === 'void' ? 'void' : 'sale', versions: sold?.versions ?? {} }
      this.#changeSale(saleId, { refunds: [...refunds, offlineId] }, of)
    }
    if (op === 'refund') this.#state.booked.set(`refund-of-${saleId}-${offlineId}`, booked)
    return this.#result(offlineId, booked)
  }

  #result(offlineId: string, { type, versions, id }: Booked) {
    const { epoch, seq } = this.#state
    const isUnknown = type === 'void-of-unknown'
    if (isUnknown) this.#traceless.add(`${epoch}|${offlineId}`)
    return {
      offline_id: offlineId,
      type: isUnknown ? 'void' : type,
      success: true,
      server_id: isUnknown ? null : id,
      transaction_code: `T${id}`,
      error: null,
      epoch,
      seq,
      versions,
    }
  }

  #hold(productId: number, offlineId: string): void {
    this.#state.holds.set(productId, new Set([...(this.#state.holds.get(productId) ?? []), offlineId]))
  }

  #remember({ id, stock_version: version }: SimProduct): void {
    this.#history.set(`${this.epoch}|${id}|${version}`, this.#state.holds.get(id) ?? new Set())
  }

  #append(kind: TopicKind, eventType: string, data: object): void {
    this.#state.seq += 1
    this.#written += 1
    const event = {
      topic: buildTopic(SCOPE, kind),
      event_type: eventType,
      seq: this.seq,
      timestamp: this.#time(),
      data: structuredClone(data),
    }
    this.#state.log.push({ ...event, written: this.#written })
    const { topic, ...payload } = event
    this.#send(topic, { ...payload, epoch: this.epoch })
  }

  #send(topic: string, payload: object): void {
    if (this.#connections.size > 0) this.wire.push({ topic, payload: JSON.stringify(payload) })
  }

  #time(): string {
    return new Date(this.#now()).toISOString()
  }
}

function refused(offlineId: string, type: SyncResult['type'], kind: SyncResult['error_kind'] = 'totals_mismatch') {
  return { offline_id: offlineId, type, success: false, error: 'refused', error_kind: kind }
}

function refundsOf(booked: ReadonlyMap<string, Booked>, saleId: string): Map<number, number> {
  const refunded = new Map<number, number>()
  for (const [key, { items }] of booked) {
    if (!key.startsWith(`refund-of-${saleId}-`)) continue
    for (const { product_id: id, quantity } of items) refunded.set(id, (refunded.get(id) ?? 0) + quantity)
  }
  return refunded
}

function ok(data: unknown): HttpAnswer {
  return { status: 200, body: { code: 200, data }, etag: null, retryAfterMs: null }
}
