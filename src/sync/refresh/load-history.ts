/**
 * What a shop sells without (rule R6): loaded and kept whole beside everything else, by comparison alone, newest first. What was stored
 * stays, so one that was cut off goes on where it was. A refresh neither waits for it nor holds it up.
 */
import type { Resource } from '../../contract/records/registry.ts'
import { commitMeta, readPosition, readRange } from '../../db/commit-rows.ts'
import { readMeta } from '../../db/meta.ts'
import type { Position } from '../../db/rows.ts'
import { HttpFailure } from '../errors.ts'
import type { LockManagerLike } from '../ports.ts'
import { COARSE_RANGE, type ServerRange } from './compare-ranges.pure.ts'
import { compare, fetchRange, mendRange } from './compare-resource.ts'
import type { CompareDeps } from './refresh-deps.ts'

const LOCK = 'mstore-history'

/**
 * `whole`: all of it is here, or was fetched. `later`: a refresh comes first, or another context is at it. `none`: this backend has no
 * history to compare with; what events tell is stored all the same.
 */
export type HistoryOutcome = 'whole' | 'later' | 'none'

/** Rejects with HttpFailure, or when the database fails. */
export async function loadHistory(deps: CompareDeps & { readonly locks: LockManagerLike }): Promise<HistoryOutcome> {
  const outcome = await deps.locks.request(LOCK, { ifAvailable: true }, () => loadAll(deps))
  return outcome ?? 'later'
}

async function loadAll(deps: CompareDeps): Promise<HistoryOutcome> {
  const { db } = deps
  const position = await readPosition(db)
  if (position.cursor === null) return 'later'
  // A backend without a log has no checksums (rule C6).
  if (position.epoch === null) return 'none'
  try {
    for (const resource of db.records.resources.filter(({ isHistory }) => isHistory)) {
      if ((await loadResource(deps, resource, position)) === 'other-epoch') return 'later'
    }
  } catch (error) {
    const isLacking = error instanceof HttpFailure && (error.class === 'unsupported' || error.class === 'rejected')
    if (isLacking) return 'none'
    throw error
  }
  return 'whole'
}

async function loadResource(
  deps: CompareDeps,
  resource: Resource,
  position: Position,
): Promise<'whole' | 'other-epoch'> {
  const { db } = deps
  const loading: CompareDeps = { ...deps, onChanged: (changes) => deps.onChanged(changes, 'loaded') }
  const known = (await readMeta(db, 'history'))?.etag ?? null
  const compared = await compare(deps, position, resource, { after: 0, upTo: null }, COARSE_RANGE, known)
  if (compared === 'unchanged') return 'whole'
  if (compared === 'other-epoch') return compared
  for (const range of compared.differing.toReversed()) {
    const outcome = (await isMostlyHere(deps, resource, range))
      ? await mendRange(deps, position, resource, range)
      : await fetchRange(loading, resource, range, COARSE_RANGE)
    if (outcome === 'other-epoch') return outcome
  }
  // What changed while it was fetched came by the log.
  await commitMeta(db, deps.deviceId, 'history', { etag: compared.etag })
  return 'whole'
}

/** Then a few rows differ, and it is worth looking closer. */
async function isMostlyHere({ db }: CompareDeps, resource: Resource, range: ServerRange): Promise<boolean> {
  const { records } = await readRange(db, resource.name, range)
  const here = Math.max(0, ...[...records.values()].map(({ size }) => size))
  return here * 2 > range.count
}
