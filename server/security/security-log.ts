/**
 * Where everything is told that concerns the safety of a shop: a line at info, a count in the metrics, a row for the owner's page.
 * Never throws and is never waited for: a refusal must not depend on its being noted.
 */
import type { FastifyBaseLogger } from 'fastify'
import type { SecurityKind } from '../../src/contract/owner-security.ts'
import type { Queryable } from '../database.ts'
import { networkOf } from '../network-of.ts'
import { writeSecurityEvent } from '../sql/security-events.ts'
import { createRepeats, type Group } from './repeats.ts'

export interface SecurityNote {
  readonly kind: SecurityKind
  readonly branchId?: number | undefined
  readonly deviceId?: string | undefined
  readonly staffId?: number | undefined
  /** Where it came from (server/http/client-address.ts). */
  readonly address?: string | undefined
  /** A name that a client gave itself, for the log alone. */
  readonly name?: string | undefined
}

export interface SecurityLog {
  note(event: SecurityNote): void
  /** Tells what was only counted so far and waits until all of it is written. */
  flush(): Promise<void>
}

const WINDOW_MS = 10_000
/** Different events of a group in one window: what lies beyond is told as a number of that group. */
const MOST_IN_WINDOW = 20
/** Events of a branch, or of none, that are not stored yet. */
const MOST_WAITING = 200
const NAME_LENGTH = 64

export function createSecurityLog(deps: {
  readonly db: Queryable
  readonly log: FastifyBaseLogger
  readonly metrics: { countSecurityEvent(kind: SecurityKind): void }
}): SecurityLog {
  const { db, log, metrics } = deps
  const repeats = createRepeats<SecurityNote>(MOST_IN_WINDOW, groupOf)
  let timer: NodeJS.Timeout | undefined
  let writing: Promise<void> = Promise.resolve()
  const waiting = new Map<number | null, number>()

  function tell(event: SecurityNote, count: number): void {
    const { kind, branchId, deviceId, staffId, address, name } = event
    log.info(
      { security: kind, branch_id: branchId, device_id: deviceId, staff_id: staffId, address, name, count },
      'security event',
    )
    // A database that is away must not fill the memory; the line is there all the same.
    const owner = branchId ?? null
    if ((waiting.get(owner) ?? 0) >= MOST_WAITING) return
    waiting.set(owner, (waiting.get(owner) ?? 0) + 1)
    const row = {
      kind,
      branchId: owner,
      deviceId: deviceId ?? null,
      staffId: staffId ?? null,
      address: address ?? null,
      count,
    }
    writing = writing
      .then(() => writeSecurityEvent(db, row))
      .catch((error: unknown) => log.warn({ err: error }, 'a security event could not be stored'))
      .finally(() => {
        const left = (waiting.get(owner) ?? 0) - 1
        if (left > 0) waiting.set(owner, left)
        else waiting.delete(owner)
      })
  }

  function endWindow(): void {
    clearTimeout(timer)
    timer = undefined
    for (const { event, count } of repeats.drain()) tell(event, count)
  }

  return {
    note(given) {
      const event = bounded(given)
      metrics.countSecurityEvent(event.kind)
      const first = repeats.note(JSON.stringify(event), event)
      if (first) tell(first, 1)
      timer ??= setTimeout(endWindow, WINDOW_MS).unref()
    },
    async flush() {
      endWindow()
      await writing
    },
  }
}

/**
 * What has a branch was proved by a token, so its budget is its device's own. What has none may be anybody's: strangers share theirs
 * by kind, and cannot use up what an owner has to see.
 */
function groupOf({ kind, branchId, deviceId }: SecurityNote): Group<SecurityNote> {
  if (branchId === undefined) return { key: kind, together: { kind } }
  return { key: JSON.stringify([kind, branchId, deviceId]), together: { kind, branchId, deviceId } }
}

/** Whatever a client sent in a name is no longer than this in a log, and all of a network's addresses are one. */
function bounded(event: SecurityNote): SecurityNote {
  const cut = (text: string | undefined) => text?.slice(0, NAME_LENGTH)
  const address = event.address === undefined ? undefined : networkOf(event.address)
  return { ...event, deviceId: cut(event.deviceId), address: cut(address), name: cut(event.name) }
}
