/** The diagnostics as plain text, for support: English, ISO times, nothing secret. */
import type { FailureRow } from '../../db/journal/failure-row.ts'
import type { MinuteRow } from '../../db/journal/minute-row.ts'
import { shopDay } from '../../domain/shop-day.ts'
import type { Diagnostics, SyncStatus } from '../../sync/sync-status.ts'
import { minutesOfDay, type Share, shareOf, sharesByDay, sharesByHour } from './live-share.ts'

export interface DiagnosticsFacts {
  readonly build: { readonly version: string; readonly commit: string }
  readonly device: string
  readonly branch: string
  readonly server: string
  readonly broker: string
  readonly userAgent: string
  readonly storage: { readonly usage: number | null; readonly quota: number | null; readonly persisted: boolean | null }
  readonly position: string
  readonly now: number
}

/** `failures`, `minutes` null: the journal can't be read. */
export function diagnosticsText(
  facts: DiagnosticsFacts,
  status: SyncStatus,
  diagnostics: Diagnostics,
  failures: readonly FailureRow[] | null,
  minutes: readonly MinuteRow[] | null,
): string {
  const { latency } = diagnostics
  const days = sharesByDay(minutes ?? [])
  const { from, to } = minutesOfDay(shopDay(facts.now))
  const hours = sharesByHour((minutes ?? []).filter(({ minute }) => minute >= from && minute < to))
  const lines = [
    `MStore Counter ${facts.build.version} (${facts.build.commit})`,
    `time ${iso(facts.now)}`,
    `device ${facts.device}`,
    `branch ${facts.branch}`,
    `server ${facts.server}`,
    `broker ${facts.broker}`,
    `browser ${facts.userAgent}`,
    `storage usage=${facts.storage.usage} quota=${facts.storage.quota} persisted=${facts.storage.persisted}`,
    `position ${facts.position}`,
    `state ${status.state} problem=${status.problem} as_of=${status.asOf === null ? null : iso(status.asOf)} clock_skew_ms=${status.clockSkewMs}`,
    `latency_ms ${latency ? `p50=${latency.p50} p95=${latency.p95} p99=${latency.p99}` : null}`,
    `messages received=${diagnostics.received} applied=${diagnostics.applied} duplicate=${diagnostics.duplicate} invalid=${diagnostics.invalid} gaps_filled=${diagnostics.gapsFilled}`,
    '',
    `live (${minutes === null ? 'unreadable' : days.length}): day share open_ms live_ms`,
    ...days.map((day) => `${day.day} ${shareWords(day)}`),
    '',
    `live today (${hours.length}): hour share open_ms live_ms updates latency_p50_ms latency_max_ms`,
    ...hours.map((hour) => `${hour.hour} ${shareWords(hour)} ${hour.updates} ${hour.latencyP50} ${hour.latencyMax}`),
    '',
    `updates (${diagnostics.updates.length}): time event_type product_id latency_ms payload_size came`,
    ...diagnostics.updates.map(
      ({ at, event_type, product_id, latency_ms, payload_size, came }) =>
        `${iso(at)} ${event_type} ${product_id} ${latency_ms} ${payload_size} ${came}`,
    ),
    '',
    `connections (${diagnostics.connections.length}): time state problem`,
    ...diagnostics.connections.map(({ at, state, problem }) => `${iso(at)} ${state} ${problem}`),
    '',
    `failures (${failures?.length ?? 'unreadable'}): first last times kind text`,
    ...(failures ?? []).map(
      ({ at, last_at, times, kind, text }) => `${iso(at)} ${iso(last_at)} ${times} ${kind} ${text}`,
    ),
  ]
  return lines.join('\n')
}

function shareWords(share: Share): string {
  return `${(shareOf(share) ?? 0).toFixed(5)} ${share.open} ${share.live}`
}

function iso(at: number): string {
  return new Date(at).toISOString()
}
