/**
 * What news of a record does to what is stored of it (rules C2, R3): the one place that writes records, whatever brought the news and
 * whatever kind it is about. Pure.
 */
import { dequal } from 'dequal/lite'
import type { Fields, RecordKind, RecordNews } from '../../contract/records/record-kind.ts'
import type { RecordRow } from '../../db/rows.ts'
import type { Draft } from './draft.pure.ts'
import { type IncomingState, isBuried, isNewer, isRemoved, provenanceAfter } from './version-rule.pure.ts'

/** `applied`: the record changed. `older`: what is stored has come further. `wanted`: its row is to be fetched. */
export type Verdict = 'applied' | 'older' | 'wanted'

/** Where the news comes from. */
export type Arrival = Omit<IncomingState, 'version'>

export function applyNews(draft: Draft, kind: RecordKind, news: RecordNews, arrival: Arrival): Verdict {
  const { id, version } = news
  const state: IncomingState = { ...arrival, version }
  const row = draft.record(kind, id)
  if (!row && isBuried(state, draft.tombstone(kind, id))) return 'older'
  if ('removed' in news) {
    if (row && !isRemoved(state, row)) return 'older'
    draft.bury(kind, id, news.version, state.epoch)
    return 'applied'
  }
  if (!row && 'part' in news) {
    draft.want(kind, id)
    return 'wanted'
  }
  if (row && !isNewer(state, row)) return 'older'
  const fields = 'part' in news ? news.part : news.whole
  const next = {
    ...row,
    ...fields,
    id,
    version: version ?? row?.version ?? 0,
    provenance: provenanceAfter(state, row?.provenance),
  }
  draft.put(kind, kind.isListed ? { ...next, rev: revAfter(draft, row, fields) } : next)
  return 'applied'
}

/** A version that changed nothing to be seen makes no list read the record again. */
function revAfter(draft: Draft, row: RecordRow | undefined, fields: Fields): number {
  const stored: Readonly<Record<string, unknown>> = { ...row }
  const isSame = row?.rev !== undefined && Object.entries(fields).every(([name, value]) => dequal(stored[name], value))
  return isSame ? row.rev : draft.nextRev()
}
