/**
 * The products that are on the screen (rules V1, V2). What is stored comes by one live query over exactly these rows; what a
 * received batch will make of them is shown before its write commits: the server is the truth, and the cursor covers a
 * crash. Nothing else is kept in memory.
 */
import type { KnownEvent } from '../contract/events.ts'
import type { ProductRow } from '../db/rows.ts'
import { applyEvents } from './machine/apply-events.ts'
import { isAsNew } from './machine/version-rule.ts'

export interface ProductRows {
  /** Undefined: not read yet. Null: there is no such product here. The same object until it changes. */
  get(id: number): ProductRow | null | undefined
  /** While somebody subscribes, the row is kept current. Returns the way to stop. */
  subscribe(id: number, listener: () => void): () => void
  /** Shows what these events, just received, will store. */
  anticipate(events: readonly KnownEvent[]): void
  /** What was anticipated may never be stored: back to what is. */
  forget(): void
}

interface Watched {
  readonly listeners: Set<() => void>
  stored: ProductRow | null | undefined
  /** The row as it will be once the received events are written. */
  ahead: ProductRow | null
}

export function createProductRows(deps: {
  /** Calls back with the rows of these ids, now and at each write of one of them. Returns the way to stop. */
  readonly watch: (ids: readonly number[], onRows: (rows: readonly (ProductRow | undefined)[]) => void) => () => void
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
      stopWatching = ids.length === 0 ? () => undefined : deps.watch(ids, (rows) => store(ids, rows))
    })
  }

  function store(ids: readonly number[], rows: readonly (ProductRow | undefined)[]): void {
    ids.forEach((id, index) => {
      const row = watched.get(id)
      if (!row) return
      const before = shown(row)
      const stored = rows[index] ?? null
      row.stored = stored && before && isSameRow(stored, before) ? before : stored
      if (row.ahead && (!stored || isAsNew(stored, row.ahead))) row.ahead = null
      if (shown(row) !== before) tell(row)
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
        const row = watched.get(id)
        if (row) tell(row)
      }
    })
  }

  return {
    get(id) {
      const row = watched.get(id)
      return row && shown(row)
    },
    subscribe(id, listener) {
      let row = watched.get(id)
      if (!row) {
        row = { listeners: new Set(), stored: undefined, ahead: null }
        watched.set(id, row)
        planWatch()
      }
      const { listeners } = row
      listeners.add(listener)
      return () => {
        listeners.delete(listener)
        if (listeners.size > 0 || watched.get(id)?.listeners !== listeners) return
        watched.delete(id)
        planWatch()
      }
    },
    anticipate(events) {
      for (const event of events) {
        // Without a version nothing tells whether the stored row has come that far: such an event is shown once stored.
        if (event.type !== 'stock_updated' || event.data.version === undefined) continue
        const row = watched.get(event.data.product_id)
        const current = row && shown(row)
        if (!row || !current) continue
        const stored = { products: new Map([[current.id, current]]), inventory: new Map(), tombstones: new Map() }
        const context = { epoch: current.stocked.epoch, rev: current.rev, now: 0 }
        const [next] = applyEvents([event], stored, context).writes.products
        if (!next) continue
        row.ahead = next
        unpainted.add(current.id)
        planPaint()
      }
    },
    forget() {
      for (const row of watched.values()) {
        if (!row.ahead) continue
        row.ahead = null
        tell(row)
      }
    },
  }
}

function shown(row: Watched): ProductRow | null | undefined {
  return row.ahead ?? row.stored
}

function tell({ listeners }: Watched): void {
  for (const listener of [...listeners]) listener()
}

/** A live query reads new objects each time: an unchanged row must not repaint. */
function isSameRow(a: ProductRow, b: ProductRow): boolean {
  return (
    a.rev === b.rev &&
    a.version === b.version &&
    a.stock === b.stock &&
    a.stock_version === b.stock_version &&
    a.stocked.epoch === b.stocked.epoch &&
    a.stocked.unversioned === b.stocked.unversioned
  )
}
