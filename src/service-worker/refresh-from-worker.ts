/// <reference lib="webworker" />

import { failureKind } from '../sync/failure-kind.ts'
import { refreshDevice } from '../sync/refresh/device-refresh.ts'
import type { RefreshMode } from '../sync/refresh/refresh.pure.ts'
import type { RefreshOutcome } from '../sync/refresh/refresh-deps.ts'
import { withContext } from './worker-context.ts'

declare const self: ServiceWorkerGlobalScope

/** The same refresh as in a page. `onProgress`: it is alive, which may take long on a slow line. Never rejects. */
export async function refreshFromWorker(
  origin: string,
  mode: RefreshMode,
  onProgress: () => void,
): Promise<RefreshOutcome> {
  try {
    const outcome = await withContext(
      origin,
      'refresh',
      ({ db, queue }) =>
        refreshDevice(
          {
            db,
            queue,
            isLogFollowed: async () => (await self.clients.matchAll({ type: 'window' })).length > 0,
            // The page learns the outcome and shows it; what failed is asked again.
            onFailure: (error) => queue.journal.note(failureKind(error, 'worker'), 'Service worker, refresh', error),
            onPage: onProgress,
          },
          mode,
        ),
      onProgress,
    )
    return outcome ?? 'failed'
  } catch {
    return 'failed'
  }
}
