/** What a person does about operations that have no verdict: sends, drops or settles them, and carries them to another device. */
import { resolveConflictAnswerSchema } from '../../contract/batch-sync.ts'
import { PATHS } from '../../contract/rest.ts'
import { STAFF_TOKEN_HEADER } from '../../contract/staff-session.ts'
import { inOneTransaction, updateOperations } from '../../db/sales/operations.ts'
import { readUnsent } from '../../db/sales/read-operations.ts'
import { markUnreadableExported, readUnreadable } from '../../db/sales/unreadable.ts'
import { isQuotaError } from '../../db/storage-error.ts'
import { HttpFailure } from '../errors.ts'
import type { HttpLike } from '../ports.ts'
import { readAnswer } from '../read-answer.ts'
import { toResult } from './batch-request.pure.ts'
import { learnFrom } from './learn-versions.pure.ts'
import { stepOperation } from './queue.pure.ts'
import { decided, type Recorder, type RecorderDeps, toDecision } from './recorder.ts'
import type { RecordOutcome, Sales } from './sales.ts'
import { importFile, type KeptFailure, toExportFile } from './unsent-file.ts'

export interface UnsentDeps extends RecorderDeps {
  readonly http: HttpLike
  /** What the journal keeps, for the export file. */
  readonly keptFailures: () => Promise<readonly KeptFailure[]>
}

type UnsentCommands = Pick<
  Sales,
  'sendAgain' | 'dropRefused' | 'sendNow' | 'resolveConflict' | 'exportUnsent' | 'importUnsent'
>

export function createUnsentCommands(deps: UnsentDeps, { refuse }: Recorder): UnsentCommands {
  const { salesDb, now } = deps
  return {
    async sendAgain(offlineId, actor) {
      const at = now()
      await updateOperations(salesDb, [offlineId], (row) =>
        decided(stepOperation(row, { type: 'send-again' }), toDecision('send-again', '', actor, at)),
      )
      deps.onRecorded({ force: true })
    },

    async dropRefused(offlineId, reason, actor) {
      const at = now()
      let outcome: RecordOutcome = { ok: false, reason: 'already-done', operation: null }
      try {
        await inOneTransaction(salesDb, async () => {
          const [dropped] = await updateOperations(
            salesDb,
            [offlineId],
            (row) =>
              row.state === 'needs-decision' && row.kind !== 'sale'
                ? decided(stepOperation(row, { type: 'cancel', now: at }), toDecision('void', reason, actor, at))
                : null,
            () => [],
          )
          if (!dropped) return
          // Without its void the sale counts again, unless the server has it as void already.
          if (dropped.kind === 'void' && dropped.error?.kind !== 'already_void') {
            await updateOperations(salesDb, [dropped.about], (sale) =>
              sale.voided_by === offlineId ? { ...sale, voided_by: '' } : null,
            )
          }
          outcome = { ok: true, operation: dropped }
        })
        return outcome
      } catch (error) {
        return refuse(error)
      }
    },

    sendNow: () => deps.onRecorded({ force: true }),

    async resolveConflict(offlineId, { resolution, reason, staffToken }, actor) {
      const [row] = await readUnsent(salesDb, [offlineId])
      if (!row?.conflict_id) return 'refused'
      try {
        const answer = await deps.http({
          method: 'POST',
          path: PATHS.resolveConflict,
          body: { conflict_id: row.conflict_id, resolution, reason, approved_by: actor.approvedBy },
          headers: { [STAFF_TOKEN_HEADER]: staffToken },
        })
        const { result } = readAnswer(resolveConflictAnswerSchema, answer).data
        const kept = toResult(result, {}, now())
        const what = resolution === 'keep_server' ? 'keep-server' : 'keep-local'
        await updateOperations(
          salesDb,
          [offlineId],
          (current) =>
            decided(stepOperation(current, { type: 'keep', result: kept }), toDecision(what, reason, actor, now())),
          // The server keeps its own version, so this counter's effect on stock ends with the decision.
          (_, effects) => (resolution === 'keep_server' ? [] : learnFrom(kept, effects)),
        )
        return 'done'
      } catch (error) {
        if (!(error instanceof HttpFailure)) throw error
        return error.class === 'rejected' || error.class === 'unsupported' ? 'refused' : 'offline'
      }
    },

    async exportUnsent() {
      const at = now()
      const rows = await readUnsent(salesDb)
      // If the journal cannot be read, export without it.
      const failures = await deps.keptFailures().catch(() => [])
      const unreadable = await readUnreadable(salesDb)
      const file = toExportFile(
        rows,
        deps.device(),
        at,
        failures,
        unreadable.map(({ stored }) => stored),
      )
      try {
        await markUnreadableExported(salesDb, unreadable, at)
        await updateOperations(
          salesDb,
          rows.map(({ offline_id: id }) => id),
          (row) => ({ ...row, exported_at: at }),
        )
      } catch (error) {
        // Give out the file even if the mark cannot be stored, as on a full disk: then its rows only go on counting as not exported.
        deps.journal.note('storage', 'Marking as exported', error)
      }
      return file
    },

    async importUnsent(text, actor) {
      const device = deps.device()
      if (!device) return { ok: false, reason: 'not-a-file-of-ours' }
      try {
        const outcome = await importFile(salesDb, text, device, (at) => toDecision('imported', '', actor, at), now())
        if (outcome.ok) deps.onRecorded({ force: true })
        return outcome
      } catch (error) {
        deps.journal.note('storage', 'Import', error)
        return { ok: false, reason: isQuotaError(error) ? 'storage-full' : 'storage' }
      }
    },
  }
}
