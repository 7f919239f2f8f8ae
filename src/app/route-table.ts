/**
 * Every address of the app. Kept apart from the components so that tests can walk it without a browser: the axe test visits
 * each `example`.
 */
export const ROUTE_TABLE = [
  { screen: 'stock', path: /^\/$/, example: '/' },
  { screen: 'stock', path: /^\/stock\/(?<id>[1-9]\d{0,15})$/, example: '/stock/1386' },
  { screen: 'diagnostics', path: /^\/diagnostics$/, example: '/diagnostics' },
  { screen: 'settings', path: /^\/settings$/, example: '/settings' },
  { screen: 'enrol', path: /^\/enrol$/, example: '/enrol' },
  { screen: 'sell', path: /^\/sell$/, example: '/sell' },
  { screen: 'pay', path: recordOf('/sell/pay'), example: '/sell/pay/56752b9f-3cb4-4b29-8512-ce3e0112c527' },
  { screen: 'receipt', path: recordOf('/receipt'), example: '/receipt/56752b9f-3cb4-4b29-8512-ce3e0112c527' },
  { screen: 'shift', path: /^\/shift$/, example: '/shift' },
  { screen: 'shift', path: recordOf('/shift'), example: '/shift/56752b9f-3cb4-4b29-8512-ce3e0112c527' },
  { screen: 'transactions', path: /^\/transactions$/, example: '/transactions' },
  {
    screen: 'transaction',
    path: recordOf('/transactions'),
    example: '/transactions/56752b9f-3cb4-4b29-8512-ce3e0112c527',
  },
  { screen: 'unsent', path: /^\/unsent$/, example: '/unsent' },
  // Its pages stand in owner-pages.tsx.
  { screen: 'owner', path: /^\/owner(\/.*)?$/, example: '/owner/products' },
] as const

export type ScreenName = (typeof ROUTE_TABLE)[number]['screen']

export interface MatchedRoute {
  readonly screen: ScreenName
  /** What the address names: a product of `/stock/…`, a cart of `/sell/pay/…`, else the `offline_id` of a record. */
  readonly id: string | null
}

/** Null: the app has no such address. A slash at the end does not matter. */
export function matchRoute(location: string): MatchedRoute | null {
  const path = location.replace(/\/+$/, '') || '/'
  for (const route of ROUTE_TABLE) {
    const match = route.path.exec(path)
    if (match) return { screen: route.screen, id: match.groups?.id ?? null }
  }
  return null
}

function recordOf(path: string): RegExp {
  return new RegExp(`^${path}/(?<id>[\\w-]{1,64})$`)
}
