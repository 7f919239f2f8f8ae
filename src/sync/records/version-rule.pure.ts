/**
 * Which of two states of one record is the newer one (rule C2). Everything that stores a record asks here.
 */
import type { Provenance, RecordRow } from '../../db/rows.ts'

/** A record's stored state, as far as it decides. */
export type StoredState = Pick<RecordRow, 'version' | 'provenance'>

/** A state that arrives. `version` is undefined from a backend without versions. */
export interface IncomingState {
  readonly version: number | undefined
  readonly epoch: string | null
  /** `timestamp` of the event, ISO 8601. */
  readonly timestamp: string | undefined
  /** A complete record from REST: replaces an equal version too, and whatever an unversioned event left. */
  readonly source: 'event' | 'rest'
}

/** True when `incoming` replaces `stored` [C2, C8]. */
export function isNewer(incoming: IncomingState, stored: StoredState): boolean {
  const { version } = incoming
  if (version === undefined) return !isOlderTimestamp(incoming.timestamp, stored.provenance.eventAt)
  if (incoming.epoch !== stored.provenance.epoch) return true
  if (incoming.source === 'rest') return stored.provenance.unversioned === true || version >= stored.version
  return version > stored.version
}

/** True when a removal of `incoming.version` removes `stored`: whatever is as old as it. */
export function isRemoved(incoming: IncomingState, stored: StoredState): boolean {
  return (
    isNewer(incoming, stored) || (incoming.epoch === stored.provenance.epoch && incoming.version === stored.version)
  )
}

/** True when the stored record has come as far as `ahead`, or is of another epoch and can't be compared. */
export function isAsNew(stored: StoredState, ahead: StoredState): boolean {
  return stored.provenance.epoch !== ahead.provenance.epoch || stored.version >= ahead.version
}

/** Where a record comes from after `incoming` replaced it. An event without version leaves the version's epoch as it was. */
export function provenanceAfter(incoming: IncomingState, stored: Provenance | undefined): Provenance {
  if (incoming.version !== undefined) return { epoch: incoming.epoch }
  const eventAt = incoming.timestamp ?? stored?.eventAt
  return { epoch: stored?.epoch ?? null, unversioned: true, ...(eventAt === undefined ? {} : { eventAt }) }
}

/** True when a removal of `removedVersion` is at least as new as `version`: nothing older passes a tombstone (rule R3). */
export function isBuried(
  incoming: { version: number | undefined; epoch: string | null },
  tombstone: { version: number; epoch: string | null } | undefined,
): boolean {
  if (!tombstone) return false
  if (incoming.version === undefined) return true
  return incoming.epoch === tombstone.epoch && incoming.version <= tombstone.version
}

function isOlderTimestamp(timestamp: string | undefined, last: string | undefined): boolean {
  if (timestamp === undefined || last === undefined) return false
  return Date.parse(timestamp) < Date.parse(last)
}
