import { checksum } from '../sync/checksum.ts'
import { failureKind } from '../sync/failure-kind.ts'
import type { RefreshMode } from '../sync/machine/refresh.ts'
import { runRefresh } from '../sync/offline-sync.ts'
import { createPageGuard } from '../sync/page-guard.ts'
import type { RefreshOutcome } from '../sync/refresh-deps.ts'
import { withContext } from './worker-context.ts'

/** The same refresh as in a page. Never rejects. */
export async function refreshFromWorker(
  origin: string,
  mode: RefreshMode,
  onPage: () => void,
): Promise<RefreshOutcome> {
  try {
    const outcome = await withContext(origin, 'refresh', ({ db, queue }) =>
      runRefresh(
        {
          db,
          http: queue.http,
          locks: queue.locks,
          branchCode: queue.branchCode,
          guard: createPageGuard(db, queue),
          checksum,
          now: queue.now,
          // The page learns the outcome and shows it; what failed is asked again.
          onFailure: (error) => queue.journal.note(failureKind(error, 'worker'), 'Service worker, refresh', error),
          onPage,
        },
        mode,
      ),
    )
    return outcome ?? 'failed'
  } catch {
    return 'failed'
  }
}
