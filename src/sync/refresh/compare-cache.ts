/**
 * The cheap refresh (rule R2): compares checksums of ids and versions with the server's, in ranges, and fetches only the rows of
 * ranges that differ. Nothing is kept between its steps: what was stored stays, and a comparison that was cut off begins anew.
 */
import { commitComparison } from '../../db/commit-refresh.ts'
import { commitMeta } from '../../db/commit-rows.ts'
import { readMeta } from '../../db/meta.ts'
import { EVERYTHING, type Position, type RefreshState } from '../../db/rows.ts'
import { HttpFailure } from '../errors.ts'
import { COARSE_RANGE, judgeComparison, leaveToLog } from './compare-ranges.pure.ts'
import { compare, mendRange } from './compare-resource.ts'
import { fetchList } from './fetch-list.ts'
import type { RefreshDeps } from './refresh-deps.ts'

/**
 * `unchanged`: the server's log stands where it stood at the last refresh. `compared`: all is equal, or was made so. `behind`: the log
 * is about to bring what differs. `load`: so much differs that everything is to be fetched; also where the server knows no
 * checksums. `other-epoch`: a forced refresh is needed.
 */
export type CompareOutcome = 'unchanged' | 'compared' | 'behind' | 'load' | 'other-epoch'

/**
 * @param last the refresh that completed last
 * @param mayBeUnchanged take "nothing newer" for an answer
 * @throws HttpFailure when no usable answer came, or an operation of this counter has no verdict (rule R5)
 */
export async function compareCache(
  deps: RefreshDeps,
  { last, position, mayBeUnchanged }: { last: RefreshState; position: Position; mayBeUnchanged: boolean },
): Promise<CompareOutcome> {
  const { db, deviceId, now } = deps
  const startedAt = now()
  const etag = mayBeUnchanged ? ((await readMeta(db, 'etag'))?.value ?? null) : null
  let firstEtag: string | null = null
  try {
    for (const resource of db.records.resources.filter(({ isHistory }) => !isHistory)) {
      const isFirst = resource === db.records.resources[0]
      const coarse = await compare(deps, position, resource, EVERYTHING, COARSE_RANGE, isFirst ? etag : null)
      deps.onPage?.()
      if (coarse === 'unchanged') return (await finish('unchanged')) ?? 'load'
      if (coarse === 'other-epoch') return coarse
      if (isFirst) firstEtag = coarse.etag
      if (isFirst && (await isLeftToLog(deps, position, coarse.seq))) return 'behind'
      if (resource.shape !== 'pages') {
        if (coarse.differing.length > 0 || coarse.all.length > 1) await fetchList(deps, resource, position.epoch)
        continue
      }
      const verdict = judgeComparison(coarse.all, coarse.differing)
      if (verdict === 'load') return 'load'
      for (const range of coarse.differing) {
        if ((await mendRange(deps, position, resource, range)) === 'other-epoch') return 'other-epoch'
        deps.onPage?.()
      }
    }
  } catch (error) {
    if (error instanceof HttpFailure && error.class === 'unsupported') return 'load'
    throw error
  }
  return (await finish('compared')) ?? 'load'

  /** Null when somebody began a refresh meanwhile. */
  async function finish<T extends CompareOutcome>(outcome: T): Promise<T | null> {
    const basedOn = last.startedAt
    const isStored = await commitComparison(db, { deviceId, basedOn, startedAt, finishedAt: now(), etag: firstEtag })
    return isStored ? outcome : null
  }
}

async function isLeftToLog(
  { db, deviceId, now, isLogFollowed }: RefreshDeps,
  position: Position,
  seq: number,
): Promise<boolean> {
  const before = await readMeta(db, 'leftToLog')
  const standing = leaveToLog(position, seq, before, now())
  if (standing === null || !(await isLogFollowed())) return false
  if (standing !== before) await commitMeta(db, deviceId, 'leftToLog', standing)
  return true
}
