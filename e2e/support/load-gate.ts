import type { BrowserContext, Route } from '@playwright/test'
import { PATHS } from '../../src/contract/rest.ts'

/** A hand on a tablet's full load: a load that stands still stays to be looked at, on a machine of any speed. */
export interface LoadGate {
  /** To be called before the tablet's first page. */
  prepare(context: BrowserContext): Promise<void>
  /** So many more pages of products are let through; what the tablet asks for after them is held, its service worker included. */
  holdAfter(pages: number): void
  /** Lets everything through, what was held too. */
  open(): Promise<void>
  /** Lets everything through from now on; what was held breaks, as when the line does. */
  breakOff(): Promise<void>
}

export function createLoadGate(pagesOfProducts = Number.POSITIVE_INFINITY): LoadGate {
  const held: Route[] = []
  let left = pagesOfProducts

  async function letGo(how: (route: Route) => Promise<void>): Promise<void> {
    left = Number.POSITIVE_INFINITY
    await Promise.all(held.splice(0).map(how))
  }

  return {
    async prepare(context) {
      const isPage = ({ pathname, searchParams }: URL) => pathname === PATHS.products && searchParams.has('last_id')
      await context.route(isPage, async (route) => {
        left -= 1
        if (left >= 0) await route.continue()
        else held.push(route)
      })
    },
    holdAfter(pages) {
      left = pages
    },
    open: () => letGo((route) => route.continue()),
    // Whoever asked may be gone.
    breakOff: () => letGo((route) => route.abort('connectionreset').catch(() => undefined)),
  }
}
