/**
 * The products that are on the screen (rules V1, V2, D1). What is stored comes by one live query over exactly these rows and
 * what this counter's own operations do to them; what a received batch will make of them is shown before its write commits:
 * the server is the truth, and the cursor covers a crash. Nothing else is kept in memory.
 */
import type { RecordRow, StockedProduct, StockRow } from '../../db/rows.ts'
import type { KnownEffect, StoredProduct } from '../../db/watch-products.ts'
import { type KnownVersion, shownStock } from '../../domain/available-stock.ts'
import { recordAfter } from './apply-events.pure.ts'
import type { ReceivedStock } from './received-stock.pure.ts'
import { isAsNew } from './version-rule.pure.ts'

export interface ProductRows {
  /**
   * The product with its stock as this counter shows it: the server's less what it has not yet of this counter's sales [D1].
   * Undefined: not read yet. Null: there is no such product here. The same object until it changes.
   */
  get(id: number): StockedProduct | null | undefined
  /** While somebody subscribes, the row is kept current. Returns the way to stop. */
  subscribe(id: number, listener: () => void): () => void
  /** Shows these stocks, which are received and not stored yet. */
  anticipate(stocks: readonly ReceivedStock[]): void
  /** What was anticipated may never be stored: back to what is. */
  forget(): void
}

interface Watched {
  readonly listeners: Set<() => void>
  stored: StoredProduct | undefined
  /** The stock as it will be once the received events are written, and the versions that they tell. */
  ahead: { readonly stocked: StockRow; readonly learned: ReadonlyMap<string, KnownVersion> } | null
  shown: StockedProduct | null | undefined
}

export function createProductRows(deps: {
  /** Calls back with these products, now and at each write that concerns one of them. Returns the way to stop. */
  readonly watch: (ids: readonly number[], onProducts: (products: readonly StoredProduct[]) => void) => () => void
  /** Runs once before the next paint; at once where nothing is painted. */
  readonly beforePaint: (callback: () => void) => void
}): ProductRows {
  const watched = new Map<number, Watched>()
  const unpainted = new Set<number>()
  let stopWatching: () => void = () => undefined
  let isWatchPlanned = false
  let isPaintPlanned = false

  /** Rows of one screen mount and unmount together: one query for all of them. */
  function planWatch(): void {
    if (isWatchPlanned) return
    isWatchPlanned = true
    queueMicrotask(() => {
      isWatchPlanned = false
      const ids = [...watched.keys()]
      stopWatching()
      stopWatching = ids.length === 0 ? () => undefined : deps.watch(ids, (products) => store(ids, products))
    })
  }

  function store(ids: readonly number[], products: readonly StoredProduct[]): void {
    ids.forEach((id, index) => {
      const entry = watched.get(id)
      if (!entry) return
      entry.stored = products[index] ?? { row: undefined, effects: [] }
      const { row } = entry.stored
      if (entry.ahead && (!row || isAsNew(row.stocked, entry.ahead.stocked))) entry.ahead = null
      if (updateShown(entry)) tell(entry)
    })
  }

  function planPaint(): void {
    if (isPaintPlanned) return
    isPaintPlanned = true
    deps.beforePaint(() => {
      isPaintPlanned = false
      const ids = [...unpainted]
      unpainted.clear()
      for (const id of ids) {
        const entry = watched.get(id)
        if (entry && updateShown(entry)) tell(entry)
      }
    })
  }

  return {
    get: (id) => watched.get(id)?.shown,
    subscribe(id, listener) {
      let entry = watched.get(id)
      if (!entry) {
        entry = { listeners: new Set(), stored: undefined, ahead: null, shown: undefined }
        watched.set(id, entry)
        planWatch()
      }
      const { listeners } = entry
      listeners.add(listener)
      return () => {
        listeners.delete(listener)
        if (listeners.size > 0 || watched.get(id)?.listeners !== listeners) return
        watched.delete(id)
        planWatch()
      }
    },
    anticipate(stocks) {
      for (const { id, quantity, version, epoch: told, offlineId } of stocks) {
        const entry = watched.get(id)
        const current = entry?.ahead?.stocked ?? entry?.stored?.row?.stocked
        if (!entry || !current) continue
        const epoch = told ?? current.provenance.epoch
        const state = { version, epoch, timestamp: undefined, source: 'event' } as const
        const next = recordAfter(current, { id, fields: { quantity } }, state)
        if (next === null) continue
        const learned = new Map(entry.ahead?.learned)
        if (offlineId) learned.set(offlineId, { epoch, version })
        entry.ahead = { stocked: next, learned }
        unpainted.add(id)
        planPaint()
      }
    },
    forget() {
      for (const entry of watched.values()) {
        if (!entry.ahead) continue
        entry.ahead = null
        if (updateShown(entry)) tell(entry)
      }
    },
  }
}

/** True when what is to be shown has changed. */
function updateShown(entry: Watched): boolean {
  const next = toShown(entry)
  if (next === entry.shown || (next && entry.shown && isSameRow(next, entry.shown))) return false
  entry.shown = next
  return true
}

function toShown({ stored, ahead }: Watched): StockedProduct | null | undefined {
  const row = stored?.row
  if (!row) return stored && null
  const stocked = ahead?.stocked ?? row.stocked
  const record = { epoch: stocked.provenance.epoch, version: stocked.version }
  const effects = (stored?.effects ?? []).map((effect) => withEarlier(effect, ahead?.learned.get(effect.offlineId)))
  const stock = shownStock(stocked.quantity, record, effects)
  return stock === row.stock && stocked === row.stocked ? row : { ...row, stock, stocked }
}

function withEarlier(effect: KnownEffect, version: KnownVersion | undefined): KnownEffect {
  return version ? { ...effect, learned: [...effect.learned, version] } : effect
}

function tell({ listeners }: Watched): void {
  for (const listener of [...listeners]) listener()
}

/** A live query reads new objects each time: an unchanged row must not repaint. */
function isSameRow(a: StockedProduct, b: StockedProduct): boolean {
  return a.rev === b.rev && a.stock === b.stock && isSameState(a, b) && isSameState(a.stocked, b.stocked)
}

function isSameState(a: RecordRow, b: RecordRow): boolean {
  return (
    a.version === b.version &&
    a.provenance.epoch === b.provenance.epoch &&
    a.provenance.unversioned === b.provenance.unversioned
  )
}
