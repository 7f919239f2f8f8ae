import { productsOf, type RecordRegistry } from '../../contract/records/registry.ts'
import type { DiagnosticsLog } from '../health/diagnostics-log.ts'
import { productFacts } from '../health/refreshed-lines.pure.ts'
import type { CommittedBatch } from './batch-writer.ts'

/**
 * Logs each applied update of a written batch (specification section 7).
 * @param skewMs server clock minus this clock: taken out of the latencies
 * @returns the last latency in ms of what came live, null when none of it had a timestamp
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
    const latency = event.timestamp === undefined ? null : Math.max(0, at + skewMs - Date.parse(event.timestamp))
    if (latency !== null && !missed) lastLatency = latency
    diagnostics.logUpdate({
      event_type: event.type,
      ...productFacts(productsOf(records, event.type, event.data)),
      latency_ms: latency,
      payload_size: size,
      at,
      came: missed ? 'caught-up' : 'live',
    })
  })
  return lastLatency
}
