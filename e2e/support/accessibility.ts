import { expect, type Page } from '@playwright/test'
import axe from 'axe-core'
import { untilInPage } from './in-page.ts'
import { words } from './words.ts'

/** The app follows the system while its own choice is "automatic". */
const COLOURS = [
  { theme: 'light', media: { colorScheme: 'light', contrast: 'no-preference' } },
  { theme: 'dark', media: { colorScheme: 'dark', contrast: 'no-preference' } },
  { theme: 'contrast', media: { colorScheme: 'light', contrast: 'more' } },
] as const

const SIZES = [
  { width: 1280, height: 800 },
  { width: 1024, height: 768 },
  { width: 768, height: 1024 },
  { width: 390, height: 844 },
] as const

/** What stands as the heading of a screen that has come, and not of its place while its part of the app is being fetched. */
const HEADING = new RegExp(`^(?!${words.app.loading}$)`)

/** axe finds nothing on the page as it stands, in any set of colours. Leaves the page in the last one. */
export async function expectAccessible(page: Page): Promise<void> {
  await untilInPage(page, 'h1', { text: HEADING })
  for (const { theme, media } of COLOURS) {
    await page.emulateMedia(media)
    await expect(page.locator('html')).toHaveAttribute('data-theme', theme)
    // The other rules look at what all colours share.
    const rules = theme === COLOURS[0].theme ? null : ['color-contrast', 'link-in-text-block']
    expect(await findViolations(page, rules), `${page.url()}, ${theme}`).toEqual([])
  }
}

/** What axe finds by these rules, or by all of its own, once no colour is on its way to another. */
async function findViolations(page: Page, rules: string[] | null): Promise<unknown[]> {
  // A document keeps it: half a megabyte is not sent again for each set of colours.
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axe.source)
  return await page.evaluate(async (runOnly) => {
    const isEnding = ({ effect }: Animation) => Number.isFinite(Number(effect?.getComputedTiming().endTime))
    const ends = document.getAnimations().filter(isEnding)
    await Promise.all(ends.map(({ finished }) => finished.catch(() => undefined)))
    const { run }: typeof axe = Reflect.get(window, 'axe')
    const { violations } = await run(document, {
      resultTypes: ['violations'],
      ...(runOnly === null ? {} : { runOnly }),
    })
    return violations.map(({ id, help, nodes }) => ({ id, help, nodes: nodes.map(({ html }) => html) }))
  }, rules)
}

/** Nothing can be scrolled sideways on any size of screen; only the row of categories is made for it. */
export async function expectFits(page: Page): Promise<void> {
  for (const size of SIZES) {
    await page.setViewportSize(size)
    // Components hear of a new width after the page has it.
    await expect.poll(() => page.evaluate(findTooWide), `${page.url()} at ${size.width} × ${size.height}`).toEqual([])
  }
  await page.setViewportSize(SIZES[0])
}

/** In the page: what has to be scrolled sideways, though it is no group of chips. */
function findTooWide(): string[] {
  const scrolls = (element: Element) => {
    const { overflowX } = getComputedStyle(element)
    const canScroll = overflowX === 'auto' || overflowX === 'scroll' || element === document.scrollingElement
    return canScroll && element.scrollWidth > element.clientWidth + 1
  }
  return [...document.querySelectorAll('*')]
    .filter((element) => element.getAttribute('role') !== 'group' && scrolls(element))
    .map((element) => `${element.tagName}.${element.className}: ${element.scrollWidth} > ${element.clientWidth}`)
}
