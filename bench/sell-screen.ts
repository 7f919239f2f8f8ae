import type { Page } from '@playwright/test'
import { type Branch, createAdminClient } from '../e2e/support/admin-client.ts'
import { addStaff, openShift, SARI, signIn } from '../e2e/support/cashier.ts'
import { enrolAndLoad, type Stand } from './stand.ts'

/** Enrols the page in the branch; resolves when a cashier who has opened a shift sees the first product to sell. */
export async function openSellScreen(stand: Stand, page: Page, branch: Branch): Promise<void> {
  await addStaff(createAdminClient(stand.server, stand.sql), branch)
  await enrolAndLoad(page, await stand.pairingLink(branch))
  await page.goto(`${stand.server.origin}/sell`)
  await signIn(page, SARI.name, SARI.pin)
  await openShift(page, 100_000)
  await page.locator('[data-product]').first().waitFor()
}
