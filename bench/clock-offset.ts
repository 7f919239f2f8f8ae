import type { Page } from '@playwright/test'

export interface ClockOffset {
  /** Add to a time of the page to get this process's time, ms. 0 when the two can't be told apart. */
  readonly ms: number
  /** As measured, with half of the round trip in which it was. */
  readonly measuredMs: number
  readonly uncertaintyMs: number
}

const ROUND_TRIPS = 100

/** This process's wall clock with fractions of a ms. */
export function nodeNow(): number {
  return performance.timeOrigin + performance.now()
}

/**
 * Page and process count on one machine's clock, but each anchored it once by itself. The quickest of many round trips says
 * how far they are apart; a difference within its uncertainty is none.
 */
export async function measureClockOffset(page: Page): Promise<ClockOffset> {
  let best = { measuredMs: 0, uncertaintyMs: Number.POSITIVE_INFINITY }
  for (let count = 0; count < ROUND_TRIPS; count += 1) {
    const before = nodeNow()
    const there = await page.evaluate(() => window.benchProbe.now())
    const after = nodeNow()
    const uncertaintyMs = (after - before) / 2
    if (uncertaintyMs < best.uncertaintyMs) best = { measuredMs: (before + after) / 2 - there, uncertaintyMs }
  }
  const isKnown = Math.abs(best.measuredMs) > best.uncertaintyMs
  return { ms: isKnown ? best.measuredMs : 0, ...best }
}
