import type { Page } from '@playwright/test'

interface Wanted {
  /** Only with a text that fits. */
  readonly text?: RegExp | string
  /** Until there is none any more. */
  readonly gone?: boolean
  /** ms */
  readonly timeout?: number
}

/**
 * Waits until something fits the CSS selector, and looks at every frame: Playwright's own looks come up to a second apart, which
 * a journey of twenty steps pays twenty times. For what is only passed on the way; what a test shows, it expects.
 */
export async function untilInPage(
  page: Page,
  selector: string,
  { text, gone = false, timeout }: Wanted = {},
): Promise<void> {
  await page.waitForFunction(
    ([wanted, part, pattern, isGone]) => {
      const fits = ({ textContent }: Element) => textContent.includes(part) && new RegExp(pattern).test(textContent)
      return [...document.querySelectorAll(wanted)].some(fits) !== isGone
    },
    [selector, typeof text === 'string' ? text : '', text instanceof RegExp ? text.source : '', gone] as const,
    timeout === undefined ? {} : { timeout },
  )
}
