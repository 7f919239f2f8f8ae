import type { KnownEvent } from '../../contract/events.ts'

/** A received stock on its way to the screen, before it is stored (rule V2): a number, and what tells whether it is the newer one. */
export interface ReceivedStock {
  /** The product's. */
  readonly id: number
  readonly quantity: number
  readonly version: number
  /** Absent: the epoch of what is stored. */
  readonly epoch?: string
  /** The operation that it comes from (rule D2). */
  readonly offlineId?: string
}

/** Without a version nothing tells whether the stored row has come that far: such an event is shown once it is stored. */
export function receivedStocks(events: readonly KnownEvent[]): readonly ReceivedStock[] {
  return events.flatMap((event) => {
    if (event.type !== 'stock_updated') return []
    const { product_id: id, new_stock: quantity, version, offline_id: offlineId } = event.data
    if (version === undefined) return []
    const epoch = event.epoch === undefined ? {} : { epoch: event.epoch }
    return { id, quantity, version, ...epoch, ...(offlineId ? { offlineId } : {}) }
  })
}
