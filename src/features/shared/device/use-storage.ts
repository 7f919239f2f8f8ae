import { useQuery } from '@tanstack/react-query'

export interface StorageFacts {
  /** Bytes; null where the browser does not say. */
  readonly usage: number | null
  readonly quota: number | null
  readonly persisted: boolean | null
}

export const STORAGE_QUERY = ['storage'] as const

/** Share of the quota from which staff are warned. */
const NEARLY_FULL = 0.8

/** What this site stores and whether the browser keeps it, asked every `everyMs`. Undefined while loading. */
export function useStorage(everyMs: number): StorageFacts | undefined {
  return useQuery({ queryKey: STORAGE_QUERY, queryFn: readStorage, refetchInterval: everyMs }).data
}

/** How much of what the browser grants is used, 0 to 1; null where it does not say. */
export function usedShare({ usage, quota }: StorageFacts): number | null {
  return usage === null || quota === null || quota <= 0 ? null : Math.min(1, usage / quota)
}

export function isNearlyFull(share: number | null): share is number {
  return share !== null && share >= NEARLY_FULL
}

async function readStorage(): Promise<StorageFacts> {
  const storage: Partial<StorageManager> | undefined = navigator.storage
  const [estimate, persisted] = await Promise.all([
    storage?.estimate?.().catch(() => null),
    storage?.persisted?.().catch(() => null),
  ])
  return { usage: estimate?.usage ?? null, quota: estimate?.quota ?? null, persisted: persisted ?? null }
}
