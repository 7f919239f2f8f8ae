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
  { screen: 'sell', path: '/sell', example: '/sell' },
  { screen: 'pay', path: '/sell/pay/:id', example: '/sell/pay/56752b9f-3cb4-4b29-8512-ce3e0112c527' },
  { screen: 'receipt', path: '/receipt/:id', example: '/receipt/56752b9f-3cb4-4b29-8512-ce3e0112c527' },
  { screen: 'shift', path: '/shift', example: '/shift' },
  { screen: 'shift', path: '/shift/:id', example: '/shift/56752b9f-3cb4-4b29-8512-ce3e0112c527' },
  { screen: 'transactions', path: '/transactions', example: '/transactions' },
  {
    screen: 'transactions',
    path: '/transactions/:id',
    example: '/transactions/56752b9f-3cb4-4b29-8512-ce3e0112c527',
  },
  { screen: 'unsent', path: '/unsent', example: '/unsent' },
  // Its pages stand in owner-pages.tsx.
  { screen: 'owner', path: '/owner/*', example: '/owner/products' },
] as const

export type ScreenName = (typeof ROUTE_TABLE)[number]['screen']

export interface MatchedRoute {
  readonly screen: ScreenName | 'not-found'
  /** Product id of `/stock/:id`. */
  readonly productId: number | null
  /** Cart of `/sell/pay/:id`, or `offline_id` of `/receipt/:id` and `/transactions/:id`. */
  readonly recordId: string | null
}

export function matchRoute(path: string): MatchedRoute {
  const plain = path.length > 1 ? path.replace(/\/+$/, '') : path
  const product = /^\/stock\/([1-9]\d{0,15})$/.exec(plain)
  if (product) return { screen: 'stock', productId: Number(product[1]), recordId: null }
  const record = /^\/(sell\/pay|receipt)\/([\w-]{1,64})$/.exec(plain)
  if (record)
    return { screen: record[1] === 'receipt' ? 'receipt' : 'pay', productId: null, recordId: record[2] ?? null }
  const sale = /^\/transactions\/([\w-]{1,64})$/.exec(plain)
  if (sale) return { screen: 'transactions', productId: null, recordId: sale[1] ?? null }
  const shift = /^\/shift\/([\w-]{1,64})$/.exec(plain)
  if (shift) return { screen: 'shift', productId: null, recordId: shift[1] ?? null }
  if (/^\/owner(\/|$)/.test(plain)) return { screen: 'owner', productId: null, recordId: null }
  const route = ROUTE_TABLE.find((candidate) => candidate.path === plain)
  return { screen: route?.screen ?? 'not-found', productId: null, recordId: null }
}
