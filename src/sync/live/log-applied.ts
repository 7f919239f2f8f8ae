import type { KnownEvent } from '../../contract/events.ts'
import type { DiagnosticsLog } from '../health/diagnostics-log.ts'
import type { CommittedBatch } from './batch-writer.ts'

/**
 * Logs each applied update of a written batch (specification section 7).
 * @param skewMs server clock minus this clock: taken out of the latencies
 * @returns the last latency in ms, null when no applied event had a timestamp
 */
export function logApplied(diagnostics: DiagnosticsLog, batch: CommittedBatch, skewMs: number): number | null {
  let lastLatency: number | null = null
  batch.arrivals.forEach(({ event, size, at, missed }, index) => {
    const verdict = batch.verdicts[index]
    if (verdict === 'older') diagnostics.count('duplicate')
    if (verdict !== 'applied') return
    diagnostics.count('applied')
    const latency =
      missed || event.timestamp === undefined ? null : Math.max(0, at + skewMs - Date.parse(event.timestamp))
    if (latency !== null) lastLatency = latency
    diagnostics.logUpdate({
      event_type: event.type,
      product_id: productIdOf(event),
      latency_ms: latency,
      payload_size: size,
      at,
    })
  })
  return lastLatency
}

function productIdOf(event: KnownEvent): number | null {
  switch (event.type) {
    case 'product_changed':
      return event.data.id
    case 'stock_updated':
    case 'product_removed':
    case 'inventory_changed':
    case 'inventory_removed':
      return event.data.product_id
    case 'quantity_updated':
      return event.data.product_id ?? null
    case 'transaction_created':
    case 'transaction_updated':
    case 'settings_changed':
    case 'staff_changed':
      return null
  }
}
