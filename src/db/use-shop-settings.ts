import { useMemo } from 'react'
import { parseShopSettings, type ShopSettings } from '../contract/settings.ts'
import type { CacheDb } from './cache-db.ts'
import { useLiveQuery } from './live-query.ts'

/** The shop's settings, live; the defaults until they are loaded. The same object until they change. */
export function useShopSettings(db: CacheDb): ShopSettings {
  const row = useLiveQuery(db, () => db.settings.get('branch'), [db])
  return useMemo(() => parseShopSettings(row?.values ?? {}), [row])
}
