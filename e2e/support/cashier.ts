import type { Page } from '@playwright/test'
import type { AdminClient, Branch, NewStaff } from './admin-client.ts'
import { untilInPage } from './in-page.ts'
import { words } from './words.ts'

/** As in the demo shop. */
export const SARI: NewStaff = { name: 'Sari', role: 'cashier', pin: '3816' }
export const BUDI: NewStaff = { name: 'Budi', role: 'cashier', pin: '5274' }
export const DEWI: NewStaff = { name: 'Dewi', role: 'supervisor', pin: '6492' }
export const HARTONO: NewStaff = { name: 'Hartono', role: 'owner', pin: '70418326' }

/** Gives a branch the demo shop's cashiers and supervisor. Before its counters are enrolled they know them from the start. */
export async function addStaff(admin: AdminClient, branch: Branch, staff = [SARI, BUDI, DEWI]): Promise<void> {
  for (const member of staff) await admin.makeStaff(branch, member)
}

/** Signs in on a screen that asks for it; the screen itself appears after it. */
export async function signIn(page: Page, name: string, pin: string): Promise<void> {
  await untilInPage(page, 'button', { text: new RegExp(`^${name}`) })
  await page.getByRole('button', { name: new RegExp(`^${name}\\b`) }).click()
  await enterPin(page, name, pin)
  await untilInPage(page, 'label', { text: pinOf(name), gone: true })
}

/** Types a PIN where this person's is asked, and sends it. */
export async function enterPin(page: Page, name: string, pin: string): Promise<void> {
  const field = page.getByLabel(pinOf(name))
  await field.fill(pin)
  await field.press('Enter')
}

const pinOf = (name: string) => words.signIn.enterPin.replace('{{name}}', name)

/** Opens a shift where one is asked for (a selling screen, `/shift`). `cash` in whole rupiah. */
export async function openShift(page: Page, cash: number): Promise<void> {
  await page.getByLabel(words.shift.openingCash).fill(String(cash))
  await page.getByRole('button', { name: words.shift.openSubmit }).click()
  await untilInPage(page, '[data-testid="shift"]', { text: /\d\d\.\d\d/ })
}

/** Chooses an approver in the dialog that asks for permission, if there is a choice, and gives the PIN. */
export async function approve(page: Page, name: string, pin: string): Promise<void> {
  const dialog = page.getByRole('dialog')
  const field = dialog.getByLabel(pinOf(name))
  const choice = dialog.getByRole('button', { name: new RegExp(`^${name}\\b`) })
  await field.or(choice).waitFor()
  if (await choice.isVisible()) await choice.click()
  await field.fill(pin)
  await field.press('Enter')
  await untilInPage(page, 'dialog label', { text: pinOf(name), gone: true })
}
