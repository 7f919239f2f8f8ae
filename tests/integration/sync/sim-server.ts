/** A backend that keeps rules S1–S8 in memory, and a network in front of it that keeps none. */
import { PATHS } from '../../../src/contract/rest.ts'
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

interface LogEvent {
  topic: string
  event_type: string
  seq: number
  timestamp: string
  data: object
}

interface Snapshot {
  epoch: string
  seq: number
  products: Map<number, SimProduct>
  buried: Map<number, { version: number; stock_version: number }>
  log: LogEvent[]
}

export class SimServer {
  #state: Snapshot = { epoch: 'life-1', seq: 0, products: new Map(), buried: new Map(), log: [] }
  #now: () => number
  readonly #connections = new Set<MqttConnectionEvents>()
  /** Messages on their way to the device, undelivered so far. */
  wire: { topic: string; payload: string }[] = []
  isRestUp = true
  isBrokerUp = true
  /** REST answers wait here until released, when `holdsAnswers`. */
  holdsAnswers = false
  #held: (() => void)[] = []
  requests: string[] = []

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
    this.#append('product', 'product_changed', { ...product })
  }

  sell(id: number, quantity: number): void {
    const product = this.#state.products.get(id)
    if (!product) return
    const next = { ...product, stock: product.stock - quantity, stock_version: product.stock_version + 1 }
    this.#state.products.set(id, next)
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
    })
  }

  // --- the network -----------------------------------------------------------------------------------------------------

  connect: MqttConnect = (_clientId, events) => {
    if (this.isBrokerUp) {
      this.#connections.add(events)
      queueMicrotask(() => events.onReady())
    } else {
      queueMicrotask(() => events.onClosed({ refused: false, text: 'no broker' }))
    }
    return {
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
    if (!this.isRestUp) throw new HttpFailure('no network', null)
    // Read now, arrive later: an answer may be long out of date when it comes.
    const answer = this.#answer(request)
    if (this.holdsAnswers) await new Promise<void>((resolve) => this.#held.push(resolve))
    if (!this.isRestUp) throw new HttpFailure('cut', null)
    if (answer instanceof HttpFailure) throw answer
    return answer
  }

  #answer({ path, etag }: HttpRequest): HttpAnswer | HttpFailure {
    const url = new URL(path, 'http://sim')
    const { seq, epoch, log, products } = this.#state
    const number = (name: string) => Number(url.searchParams.get(name) ?? 0)
    if (url.pathname === PATHS.changes) {
      const after = number('after')
      const oldest = log[0]?.seq ?? seq + 1
      if (after > seq || after < oldest - 1) return new HttpFailure('gone', 410, 'log_expired')
      const events = log.filter((event) => event.seq > after).slice(0, 20)
      const last = events.at(-1)?.seq ?? seq
      return ok({ events: events.map((event) => ({ ...event, epoch })), last_seq: seq, has_more: last < seq, epoch })
    }
    const ownEtag = `"${epoch}-${seq}-${path}"`
    if (etag === ownEtag) return { status: 304, body: null, etag: ownEtag, retryAfterMs: null }
    const all = url.pathname === PATHS.products ? [...products.values()].toSorted((a, b) => a.id - b.id) : []
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

  #append(kind: TopicKind, eventType: string, data: object): void {
    this.#state.seq += 1
    const event = {
      topic: buildTopic(SCOPE, kind),
      event_type: eventType,
      seq: this.seq,
      timestamp: this.#time(),
      data: structuredClone(data),
    }
    this.#state.log.push(event)
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

function ok(data: unknown): HttpAnswer {
  return { status: 200, body: { code: 200, data }, etag: null, retryAfterMs: null }
}
