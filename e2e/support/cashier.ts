import { expect, type Page } from '@playwright/test'
import type { AdminClient, Branch } from './admin-client.ts'
import { words } from './words.ts'

export interface NewStaff {
  readonly name: string
  readonly role: 'cashier' | 'supervisor' | 'owner'
  readonly pin: string
}

/** As in the demo shop. */
export const SARI: NewStaff = { name: 'Sari', role: 'cashier', pin: '1111' }
export const BUDI: NewStaff = { name: 'Budi', role: 'cashier', pin: '2222' }
export const DEWI: NewStaff = { name: 'Dewi', role: 'supervisor', pin: '3333' }

/** Gives a branch the demo shop's cashiers and supervisor. Before its counters are enrolled they know them from the start. */
export async function addStaff(admin: AdminClient, branch: Branch, staff = [SARI, BUDI, DEWI]): Promise<void> {
  for (const member of staff) {
    await admin.call('POST', '/api/v1/admin/staff', { branch_code: branch.branchCode, ...member })
  }
}

/** Signs in on a screen that asks for it; the screen itself appears after it. */
export async function signIn(page: Page, name: string, pin: string): Promise<void> {
  await page.getByRole('button', { name: new RegExp(`^${name}\\b`) }).click()
  await enterPin(page, name, pin)
  await expect(page.getByLabel(words.signIn.enterPin.replace('{{name}}', name))).toHaveCount(0)
}

/** Types a PIN where this person's is asked, and sends it. */
export async function enterPin(page: Page, name: string, pin: string): Promise<void> {
  const field = page.getByLabel(words.signIn.enterPin.replace('{{name}}', name))
  await field.fill(pin)
  await field.press('Enter')
}

/** Opens a shift where one is asked for (a selling screen, `/shift`). `cash` in whole rupiah. */
export async function openShift(page: Page, cash: number): Promise<void> {
  await page.getByLabel(words.shift.openingCash).fill(String(cash))
  await page.getByRole('button', { name: words.shift.openSubmit }).click()
  await expect(page.getByTestId('shift')).toContainText(/\d\d\.\d\d/)
}

/** Chooses an approver in the dialog that asks for permission, if there is a choice, and gives the PIN. */
export async function approve(page: Page, name: string, pin: string): Promise<void> {
  const dialog = page.getByRole('dialog')
  const field = dialog.getByLabel(words.signIn.enterPin.replace('{{name}}', name))
  const choice = dialog.getByRole('button', { name: new RegExp(`^${name}\\b`) })
  await expect(field.or(choice)).toBeVisible()
  if (await choice.isVisible()) await choice.click()
  await field.fill(pin)
  await field.press('Enter')
  await expect(field).toHaveCount(0)
}
