import type { BrowserContext, Route } from '@playwright/test'
import { PATHS } from '../../src/contract/rest.ts'

/** A hand on a tablet's full load: a load that stands still stays to be looked at, on a machine of any speed. */
export interface LoadGate {
  /** To be called before the tablet's first page. */
  prepare(context: BrowserContext): Promise<void>
  /** Lets everything through from now on; what was held breaks, as when the line does. */
  breakOff(): Promise<void>
}

/** Lets so many pages of products through and holds what the tablet, its service worker included, asks for after them. */
export function createLoadGate(pagesOfProducts: number): LoadGate {
  const held: Route[] = []
  let left = pagesOfProducts
  return {
    async prepare(context) {
      const isPage = ({ pathname, searchParams }: URL) => pathname === PATHS.products && searchParams.has('last_id')
      await context.route(isPage, async (route) => {
        left -= 1
        if (left >= 0) await route.continue()
        else held.push(route)
      })
    },
    async breakOff() {
      left = Number.POSITIVE_INFINITY
      await Promise.all(held.splice(0).map((route) => route.abort('connectionreset')))
    },
  }
}
