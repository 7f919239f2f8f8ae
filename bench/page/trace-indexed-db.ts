/**
 * Watches how stocks go into and come out of IndexedDB, below Dexie. It replaces three methods of the browser's, which do
 * nothing but pass on while no trace is taken.
 */
import type { Sighting } from '../match-updates.ts'

export interface IndexedDbTrace {
  /** Stocks at the moment in which the transaction that wrote them was begun. */
  readonly begun: readonly Sighting[]
  /** The same stocks at its end. */
  readonly committed: readonly Sighting[]
  /** Stocks that a reading transaction answered with. */
  readonly read: readonly Sighting[]
  /** Length of each writing transaction, ms, and how many stocks it wrote. */
  readonly writes: readonly { readonly ms: number; readonly stocks: number }[]
}

const STOCKS = 'stocks'

export function traceIndexedDb(now: () => number) {
  let isTracing = false
  let trace = empty()
  const writing = new WeakMap<IDBTransaction, { id: number; value: number }[]>()

  const { transaction } = IDBDatabase.prototype
  IDBDatabase.prototype.transaction = function (...args) {
    const opened = transaction.apply(this, args)
    if (isTracing && opened.mode === 'readwrite') {
      const at = now()
      const written: { id: number; value: number }[] = []
      writing.set(opened, written)
      opened.addEventListener('complete', () => {
        if (written.length === 0) return
        const end = now()
        trace.writes.push({ ms: end - at, stocks: written.length })
        for (const { id, value } of written) {
          trace.begun.push({ id, value, at })
          trace.committed.push({ id, value, at: end })
        }
      })
    }
    return opened
  }
  const { put, get } = IDBObjectStore.prototype
  IDBObjectStore.prototype.put = function (...args) {
    if (isTracing && this.name === STOCKS) {
      const row: unknown = args[0]
      if (isStockRow(row)) writing.get(this.transaction)?.push({ id: row.id, value: row.quantity })
    }
    return put.apply(this, args)
  }
  IDBObjectStore.prototype.get = function (...args) {
    const request = get.apply(this, args)
    if (isTracing && this.name === STOCKS && this.transaction.mode === 'readonly') {
      request.addEventListener('success', () => {
        const row: unknown = request.result
        if (isStockRow(row)) trace.read.push({ id: row.id, value: row.quantity, at: now() })
      })
    }
    return request
  }

  return {
    start(wanted: boolean): void {
      isTracing = wanted
    },
    stop(): IndexedDbTrace {
      isTracing = false
      const taken = trace
      trace = empty()
      return taken
    },
  }
}

interface Trace {
  begun: Sighting[]
  committed: Sighting[]
  read: Sighting[]
  writes: { ms: number; stocks: number }[]
}

function empty(): Trace {
  return { begun: [], committed: [], read: [], writes: [] }
}

function isStockRow(row: unknown): row is { id: number; quantity: number } {
  return (
    typeof row === 'object' &&
    row !== null &&
    'id' in row &&
    typeof row.id === 'number' &&
    'quantity' in row &&
    typeof row.quantity === 'number'
  )
}
