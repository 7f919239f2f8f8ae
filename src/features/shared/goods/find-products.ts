import type { CatalogueEntry } from '../../../db/catalogue.ts'
import type { CatalogueQuery } from './catalogue-index.ts'
import { type Catalogue, isFirstQuestion } from './catalogue-store.ts'

export interface FoundProducts {
  readonly entries: readonly CatalogueEntry[]
  /** Nothing is spelled as it was typed: these are one edit from it. To be looked at, never taken by an Enter. */
  readonly isSimilar: boolean
}

export const NOTHING_FOUND: FoundProducts = { entries: [], isSimilar: false }

/** What a list shows for what was typed: what matches, else what is similar; before the catalogue was read, what the front has of it. */
export function findProducts(
  { index, revision, front }: Pick<Catalogue, 'index' | 'revision' | 'front'>,
  query: CatalogueQuery,
): FoundProducts {
  if (revision === 0) {
    return front && isFirstQuestion(query) ? { entries: front.entries, isSimilar: false } : NOTHING_FOUND
  }
  const entries = index.search(query)
  if (entries.length > 0) return { entries, isSimilar: false }
  const similar = index.similar(query)
  return { entries: similar, isSimilar: similar.length > 0 }
}
