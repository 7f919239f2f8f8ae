import { useMemo } from 'preact/compat'
import { parseShopSettings, type ShopSettings } from '../contract/settings.ts'
import type { CacheDb } from './cache-db.ts'
import { readSettings } from './people.ts'
import { useLiveQuery } from './use-live-query.ts'

const DEFAULTS = parseShopSettings({})

/** The shop's settings, live; undefined while loading, as sums and paper must wait for them. The same object until they change. */
export function useLoadedShopSettings(db: CacheDb): ShopSettings | undefined {
  const row = useLiveQuery(db, async () => (await readSettings(db)) ?? null, [db])
  return useMemo(() => (row === undefined ? undefined : parseShopSettings(row?.values ?? {})), [row])
}

/** The shop's settings, live; the defaults until they are loaded. The same object until they change. */
export function useShopSettings(db: CacheDb): ShopSettings {
  return useLoadedShopSettings(db) ?? DEFAULTS
}
