import type { Page } from '@playwright/test'
import type { Update } from './match-updates.ts'

/** True when the page shows the last value of each product that these updates changed. */
export async function showsAll(page: Page, updates: readonly Update[]): Promise<boolean> {
  const last = [...new Map(updates.map(({ id, value }) => [id, value]))]
  return page.evaluate(
    (wanted) =>
      wanted.every(([id, value]) => {
        const text = document.querySelector(`[data-testid="stock-${id}"]`)?.textContent ?? ''
        return Number(text.replace(/[^\d-]/g, '')) === value
      }),
    last,
  )
}
