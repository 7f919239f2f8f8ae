/**
 * Every address of the app. Kept apart from the components so that tests can walk it without a browser: the axe test visits
 * each `example`.
 */
export const ROUTE_TABLE = [
  { screen: 'stock', path: '/', example: '/' },
  { screen: 'stock', path: '/stock/:id', example: '/stock/1386' },
  { screen: 'diagnostics', path: '/diagnostics', example: '/diagnostics' },
  { screen: 'settings', path: '/settings', example: '/settings' },
  { screen: 'enrol', path: '/enrol', example: '/enrol' },
  // Its pages stand in owner-pages.tsx.
  { screen: 'owner', path: '/owner/*', example: '/owner/products' },
] as const

export type ScreenName = (typeof ROUTE_TABLE)[number]['screen']

export interface MatchedRoute {
  readonly screen: ScreenName | 'not-found'
  /** Product id of `/stock/:id`. */
  readonly productId: number | null
}

export function matchRoute(path: string): MatchedRoute {
  const plain = path.length > 1 ? path.replace(/\/+$/, '') : path
  const product = /^\/stock\/([1-9]\d{0,15})$/.exec(plain)
  if (product) return { screen: 'stock', productId: Number(product[1]) }
  if (/^\/owner(\/|$)/.test(plain)) return { screen: 'owner', productId: null }
  const route = ROUTE_TABLE.find((candidate) => candidate.path === plain)
  return { screen: route?.screen ?? 'not-found', productId: null }
}
