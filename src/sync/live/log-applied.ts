import type { RecordRegistry } from '../../contract/records/registry.ts'
import type { DiagnosticsLog } from '../health/diagnostics-log.ts'
import type { RecordEvent } from '../records/apply-events.pure.ts'
import type { CommittedBatch } from './batch-writer.ts'

/**
 * Logs each applied update of a written batch (specification section 7).
 * @param skewMs server clock minus this clock: taken out of the latencies
 * @returns the last latency in ms, null when no applied event had a timestamp
 */
export function logApplied(
  records: RecordRegistry,
  diagnostics: DiagnosticsLog,
  batch: CommittedBatch,
  skewMs: number,
): number | null {
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
      product_id: productOf(records, event),
      latency_ms: latency,
      payload_size: size,
      at,
    })
  })
  return lastLatency
}

/** The product that an event is about, as the declarations of its records tell. */
function productOf(records: RecordRegistry, { type, data }: RecordEvent): number | null {
  const readings = records.events.get(type)?.readings ?? []
  return readings.find(({ product }) => product)?.product?.(data) ?? null
}
