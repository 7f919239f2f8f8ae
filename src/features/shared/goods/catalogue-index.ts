/**
 * The branch's catalogue in memory, arranged for searching. It knows no stock: the order by stock is handed in as numbers
 * taken at one moment (rule V1).
 */
import type { CatalogueChanges, CatalogueEntry } from '../../../db/catalogue.ts'
import { barcodeKey, skuKey } from '../../../domain/product-code.ts'
import { readScan } from '../../../domain/scanned-code.ts'
import { foldText, searchWords } from './fold-text.ts'
import { findSimilar } from './similar-words.ts'

export type CatalogueOrder = 'name' | 'price' | 'stock'

export interface CatalogueQuery {
  text: string
  /** null: all. */
  category: string | null
  /** Only products that are no longer sold, instead of only those that are. */
  inactive: boolean
  /** Only these products; left out: all. */
  only?: ReadonlySet<number>
  order: CatalogueOrder
  /** Stock by product id, for `order: 'stock'`; a product that is missing there stands last. */
  stocks: ReadonlyMap<number, number> | null
}

interface Indexed {
  readonly entry: CatalogueEntry
  readonly sortName: string
  /** Name, SKU and barcode, folded; a line break keeps a word from matching over two fields. */
  readonly haystack: string
  /** Its codes in the spelling that they are compared by, folded; empty: it has none. */
  readonly barcode: string
  readonly sku: string
}

const SORT_DIGITS = 8

type SortedOrder = Exclude<CatalogueOrder, 'stock'>

export class CatalogueIndex {
  readonly #byId = new Map<number, Indexed>()
  readonly #byBarcode = new Bearers()
  readonly #bySku = new Bearers()
  readonly #sorted = new Map<SortedOrder, readonly Indexed[]>()
  #categories: readonly string[] | null = null
  #hasInactive: boolean | null = null
  #last: {
    readonly query: CatalogueQuery
    readonly words: readonly string[]
    readonly items: readonly Indexed[]
  } | null = null

  get size(): number {
    return this.#byId.size
  }

  get(id: number): CatalogueEntry | undefined {
    return this.#byId.get(id)?.entry
  }

  apply({ changed, removed }: Pick<CatalogueChanges, 'changed' | 'removed'>): void {
    if (changed.length === 0 && removed.length === 0) return
    // Removed first: a row that came back in the same batch is among the changed.
    for (const id of removed) this.#forget(id)
    const fresh = new Map(changed.map((entry) => [entry.id, indexed(entry)]))
    for (const [id, item] of fresh) {
      this.#forget(id)
      this.#byId.set(id, item)
      this.#byBarcode.add(item.barcode, id)
      this.#bySku.add(item.sku, id)
    }
    const gone = new Set(removed)
    // A price is changed, or a page of a refresh arrives, while somebody types: 50,000 rows are not sorted anew for it.
    for (const [order, kept] of this.#sorted) {
      const rest = kept.filter(({ entry: { id } }) => !fresh.has(id) && !gone.has(id))
      this.#sorted.set(order, merge(rest, [...fresh.values()].sort(COMPARE[order]), COMPARE[order]))
    }
    this.#categories = null
    this.#hasInactive = null
    this.#last = null
  }

  /** Categories of products that are sold, by name. */
  categories(): readonly string[] {
    if (!this.#categories) {
      const found = new Set<string>()
      for (const { entry } of this.#byId.values()) if (entry.active && entry.category) found.add(entry.category)
      this.#categories = [...found].sort((a, b) => a.localeCompare(b))
    }
    return this.#categories
  }

  hasInactive(): boolean {
    this.#hasInactive ??= [...this.#byId.values()].some(({ entry }) => !entry.active)
    return this.#hasInactive
  }

  /** Products whose barcode, else whose SKU, is what was scanned or typed, in any of its spellings; those that are sold come first. */
  withCode(text: string): readonly CatalogueEntry[] {
    const { byBarcode, bySku } = this.#bearersOf(text)
    return [...(byBarcode.size > 0 ? byBarcode : bySku)]
      .flatMap((id) => this.get(id) ?? [])
      .sort((a, b) => Number(b.active) - Number(a.active) || a.id - b.id)
  }

  /** Matching products in the order asked for; whoever carries the text as barcode or SKU comes first. */
  search(query: CatalogueQuery): readonly CatalogueEntry[] {
    // A scan need not look like what is stored: another length of the number, or a batch beside it.
    const bearers = this.#bearersIn(query)
    const exact = new Set(bearers.map(({ entry }) => entry.id))
    const found = this.#matching(query).flatMap(({ entry }) => (exact.has(entry.id) ? [] : entry))
    return [...bearers.map(({ entry }) => entry), ...inOrderOf(found, query)]
  }

  /** Products whose words are one edit from what was typed, in the order asked for: for when `search` finds none. No code is forgiven. */
  similar(query: CatalogueQuery): readonly CatalogueEntry[] {
    const items = this.#within(query)
    const found = findSimilar(
      items.map(({ haystack }) => haystack),
      searchWords(query.text),
    )
    return inOrderOf(
      found.flatMap((index) => items[index]?.entry ?? []),
      query,
    )
  }

  /** What has every word. Of a text that grows, each is looked for in what the one before has found. */
  #matching(query: CatalogueQuery): readonly Indexed[] {
    const words = searchWords(query.text)
    const last = this.#last
    const isNarrower = last !== null && isSameList(last.query, query) && narrows(words, last.words)
    const items = (isNarrower ? last.items : this.#within(query)).filter(({ haystack }) => hasEvery(haystack, words))
    this.#last = { query, words, items }
    return items
  }

  #within(query: CatalogueQuery): Indexed[] {
    return this.#inOrder(sortedBy(query)).filter(({ entry }) => isWithin(entry, query))
  }

  #bearersIn(query: CatalogueQuery): readonly Indexed[] {
    const { byBarcode, bySku } = this.#bearersOf(query.text)
    return [...new Set([...byBarcode, ...bySku])]
      .flatMap((id) => this.#byId.get(id) ?? [])
      .filter(({ entry }) => isWithin(entry, query))
      .sort(COMPARE[sortedBy(query)])
  }

  #bearersOf(text: string): Record<'byBarcode' | 'bySku', ReadonlySet<number>> {
    const codes = readScan(text).codes.map(foldText)
    return { byBarcode: this.#byBarcode.of(codes), bySku: this.#bySku.of([foldText(skuKey(text)), ...codes]) }
  }

  #forget(id: number): void {
    const item = this.#byId.get(id)
    if (!item) return
    this.#byBarcode.remove(item.barcode, id)
    this.#bySku.remove(item.sku, id)
    this.#byId.delete(id)
  }

  #inOrder(order: SortedOrder): readonly Indexed[] {
    const kept = this.#sorted.get(order)
    if (kept) return kept
    const sorted = [...this.#byId.values()].sort(COMPARE[order])
    this.#sorted.set(order, sorted)
    return sorted
  }
}

/** Ids by code: a scan finds its product among 50,000 without looking at each. */
class Bearers {
  readonly #ids = new Map<string, Set<number>>()

  add(code: string, id: number): void {
    if (code === '') return
    const bearers = this.#ids.get(code)
    if (bearers) bearers.add(id)
    else this.#ids.set(code, new Set([id]))
  }

  remove(code: string, id: number): void {
    const bearers = this.#ids.get(code)
    bearers?.delete(id)
    if (bearers?.size === 0) this.#ids.delete(code)
  }

  of(codes: readonly string[]): ReadonlySet<number> {
    return new Set(codes.flatMap((code) => [...(this.#ids.get(code) ?? [])]))
  }
}

function sortedBy({ order }: CatalogueQuery): SortedOrder {
  return order === 'stock' ? 'name' : order
}

function isWithin(entry: CatalogueEntry, { category, inactive, only }: CatalogueQuery): boolean {
  return (
    entry.active !== inactive && (category === null || entry.category === category) && (!only || only.has(entry.id))
  )
}

/** Both are answered from the same products in the same order. */
function isSameList(a: CatalogueQuery, b: CatalogueQuery): boolean {
  return a.category === b.category && a.inactive === b.inactive && a.only === b.only && sortedBy(a) === sortedBy(b)
}

/** Whatever has all of these words has all of those before, too. */
function narrows(words: readonly string[], before: readonly string[]): boolean {
  return before.every((earlier) => words.some((word) => word.includes(earlier)))
}

function inOrderOf(found: CatalogueEntry[], { order, stocks }: CatalogueQuery): CatalogueEntry[] {
  if (order !== 'stock' || stocks === null) return found
  const stockOf = ({ id }: CatalogueEntry): number => stocks.get(id) ?? Number.POSITIVE_INFINITY
  return found.sort((a, b) => (stockOf(a) === stockOf(b) ? 0 : stockOf(a) - stockOf(b)))
}

// A plain loop: it runs for every product at every key.
function hasEvery(haystack: string, words: readonly string[]): boolean {
  for (const word of words) if (!haystack.includes(word)) return false
  return true
}

function indexed(entry: CatalogueEntry): Indexed {
  const name = foldText(entry.name)
  // "Gula 5 kg" before "Gula 12 kg".
  const sortName = name.replace(/\d+/g, (digits) => digits.padStart(SORT_DIGITS, '0'))
  const sku = foldText(entry.sku ?? '')
  const barcode = foldText(entry.barcode ?? '')
  const keys = { barcode: foldText(barcodeKey(entry.barcode ?? '')), sku: foldText(skuKey(entry.sku ?? '')) }
  return { entry, sortName, ...keys, haystack: `${name}\n${sku}\n${barcode}` }
}

// Folded texts compare many times faster than a collator, which counts at 50,000 rows.
function byName(a: Indexed, b: Indexed): number {
  if (a.sortName !== b.sortName) return a.sortName < b.sortName ? -1 : 1
  return a.entry.id - b.entry.id
}

function byPrice(a: Indexed, b: Indexed): number {
  return a.entry.price - b.entry.price || byName(a, b)
}

const COMPARE: Readonly<Record<SortedOrder, (a: Indexed, b: Indexed) => number>> = { name: byName, price: byPrice }

/** Of two lists in order one. */
function merge<T>(first: readonly T[], second: readonly T[], compare: (a: T, b: T) => number): T[] {
  const merged: T[] = []
  let next = 0
  for (const item of first) {
    for (let other = second[next]; other !== undefined && compare(other, item) < 0; other = second[next]) {
      merged.push(other)
      next += 1
    }
    merged.push(item)
  }
  return merged.concat(second.slice(next))
}
