/** What `bench -- screen` measures, each figure under a name of its own that bench/budgets.json names too. Pure. */

/** In the order in which the table shows them. Milliseconds, unless the words say otherwise. */
export const FIGURES = {
  'paint-100-p50': 'publish → frame at 100/s, p50',
  'paint-100-p95': 'publish → frame at 100/s, p95',
  'busy-100': "page's main thread busy at 100/s, % of the time",
  'tasks-100': 'tasks over 50 ms at 100/s',
  'paint-1000-p50': 'publish → frame at 1,000/s, p50',
  'paint-1000-p95': 'publish → frame at 1,000/s, p95',
  'busy-1000': "page's main thread busy at 1,000/s, % of the time",
  'tasks-1000': 'tasks over 50 ms at 1,000/s',
  'search-p50': 'search: key → rows painted, p50',
  'search-p95': 'search: key → rows painted, p95',
  'search-numbers-p95': 'search: key → their numbers painted too, p95',
  start: 'cold start → rows with numbers, p50',
  load: 'first load: enrol → live',
  'load-server': 'of it the server, from each request to the end of its answer',
  script: 'script that the first paint waits for, gzip kB',
  'script-rows': 'script that came before the first row, gzip kB',
} as const

export type FigureName = keyof typeof FIGURES

export interface Figure {
  readonly name: FigureName
  /** Products of the branch. */
  readonly products: number
  /** How many times slower the page's main thread was made; 1: not at all. */
  readonly cpu: number
  readonly product: number
  /** Memory and DOM alone, nothing stored, in the same run. Null: no floor does this. */
  readonly floor: number | null
}

export function isFigureName(name: unknown): name is FigureName {
  return typeof name === 'string' && Object.hasOwn(FIGURES, name)
}
