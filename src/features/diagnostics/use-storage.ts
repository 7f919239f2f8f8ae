import { useQuery } from '@tanstack/react-query'

export interface StorageFacts {
  /** Bytes; null where the browser does not say. */
  readonly usage: number | null
  readonly quota: number | null
  readonly persisted: boolean | null
}

export const STORAGE_QUERY = ['storage'] as const

/** What this site stores and whether the browser keeps it. Old engines know nothing of it. */
export function useStorage(): StorageFacts | undefined {
  return useQuery({
    queryKey: STORAGE_QUERY,
    queryFn: readStorage,
    refetchInterval: 10_000,
  }).data
}

async function readStorage(): Promise<StorageFacts> {
  const storage: Partial<StorageManager> | undefined = navigator.storage
  const [estimate, persisted] = await Promise.all([
    storage?.estimate?.().catch(() => null),
    storage?.persisted?.().catch(() => null),
  ])
  return { usage: estimate?.usage ?? null, quota: estimate?.quota ?? null, persisted: persisted ?? null }
}
