import type { CatalogueEntry } from '../../../db/catalogue.ts'
import type { CatalogueIndex, CatalogueQuery } from './catalogue-index.ts'

export interface FoundProducts {
  readonly entries: readonly CatalogueEntry[]
  /** Nothing is spelled as it was typed: these are one edit from it. To be looked at, never taken by an Enter. */
  readonly isSimilar: boolean
}

export const NOTHING_FOUND: FoundProducts = { entries: [], isSimilar: false }

/** What a list shows for what was typed: what matches, else what is similar. */
export function findProducts(index: CatalogueIndex, query: CatalogueQuery): FoundProducts {
  const entries = index.search(query)
  if (entries.length > 0) return { entries, isSimilar: false }
  const similar = index.similar(query)
  return { entries: similar, isSimilar: similar.length > 0 }
}
