/** The owner's staff, devices and reports: what is changed there holds at the counters, what is sold there stands here. */
import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import type { Page } from '@playwright/test'
import { parse } from 'csv-parse/sync'
import type { Enrollment } from '../src/contract/device.ts'
import { PATHS } from '../src/contract/rest.ts'
import { expectAccessible, expectFits } from './support/accessibility.ts'
import type { AdminClient, Branch } from './support/admin-client.ts'
import { addStaff, approve, DEWI, HARTONO, SARI, signIn } from './support/cashier.ts'
import { readEnrollment } from './support/device-store.ts'
import { expect, test } from './support/fixtures.ts'
import { answered, NETWORK_ERRORS } from './support/page-errors.ts'
import { giveReason, goodsOf, openTill } from './support/till.ts'
import { say, words } from './support/words.ts'

async function makeShop(admin: AdminClient): Promise<Branch> {
  const branch = await admin.makeBranch({ products: 5 })
  await addStaff(admin, branch, [SARI, HARTONO])
  return branch
}

/** Signs the owner in and opens one of the pages. */
async function openOwnerPage(page: Page, name: string): Promise<void> {
  await page.getByTestId('menu').click()
  await page.locator('dialog nav a[href="/owner"]').click()
  const field = page.getByLabel(words.owner.pin, { exact: true })
  await field.fill(HARTONO.pin)
  await field.press('Enter')
  await openPage(page, name)
}

async function openPage(page: Page, name: string): Promise<void> {
  await page.getByRole('navigation', { name: words.owner.navLabel }).getByRole('link', { name }).click()
}

test('somebody added by the owner signs in at a counter, and not any more once deactivated', async ({
  admin,
  counter,
  pageErrors,
}) => {
  // A taken PIN and the last owner are refused by the server.
  pageErrors.allow(answered(409))
  const branch = await makeShop(admin)
  const till = await counter(branch)
  const { page } = await counter(branch)
  await openOwnerPage(page, words.owner.navStaff)

  await page.getByRole('button', { name: words.people.add }).click()
  const dialog = page.getByRole('dialog', { name: words.people.add })
  const save = dialog.getByRole('button', { name: words.people.save })
  await save.click()
  await expect(dialog.getByText(words.people.nameMissing)).toBeVisible()
  await dialog.getByLabel(words.people.name).fill('Rina')
  await dialog.getByLabel(words.people.pin, { exact: true }).fill(SARI.pin)
  await save.click()
  await expect(dialog.getByText(words.people.pinTaken)).toBeVisible()
  await dialog.getByLabel(words.people.pin, { exact: true }).fill('4711')
  await save.click()
  await expect(dialog).toHaveCount(0)
  await expect(page.getByText(say(words.people.added, { name: 'Rina' }))).toBeVisible()

  await till.open('/shift')
  await signIn(till.page, 'Rina', '4711')
  await expect(till.page.getByLabel(words.shift.openingCash)).toBeVisible()

  await page.getByRole('button', { name: say(words.people.deactivateWho, { name: 'Rina' }) }).click()
  await page.getByRole('dialog').getByRole('button', { name: words.people.deactivate }).click()
  await expect(page.getByText(say(words.people.deactivated, { name: 'Rina' }))).toBeVisible()
  await expect(till.page.getByText(words.signIn.title)).toBeVisible()
  await expect(till.page.getByRole('button', { name: /^Rina\b/ })).toHaveCount(0)

  await page.getByRole('button', { name: say(words.people.deactivateWho, { name: HARTONO.name }) }).click()
  await page.getByRole('dialog').getByRole('button', { name: words.people.deactivate }).click()
  await expect(page.getByRole('dialog').getByText(words.people.lastOwner)).toBeVisible()
})

test('a tablet is paired by the owner’s link, renamed, and shut out at once when revoked @stack', async ({
  admin,
  counter,
  tablet,
  pageErrors,
}) => {
  pageErrors.allow(NETWORK_ERRORS)
  pageErrors.allow(answered(401))
  const branch = await makeShop(admin)
  const { page } = await counter(branch)
  await openOwnerPage(page, words.owner.navDevices)

  await page.getByRole('button', { name: words.people.pair }).click()
  const dialog = page.getByRole('dialog', { name: words.people.pairTitle })
  await expect(dialog.getByRole('img', { name: words.people.pairQr })).toBeVisible()
  const link = (await dialog.getByText(/\/enrol#code=/).textContent()) ?? ''
  const { pathname, hash } = new URL(link)
  const other = await tablet(pathname + hash)
  await other.waitForState('live')
  const { device_id: id, device_name: name = '' } = await readEnrollment(other.page)
  await expect(dialog.getByText(say(words.people.pairJoined, { name }))).toBeVisible()
  await dialog.getByRole('button', { name: words.people.done }).click()

  const row = page.getByTestId(`device-${id}`)
  await row.getByRole('button', { name: say(words.people.renameWho, { name }) }).click()
  await page.getByRole('dialog').getByLabel(words.people.deviceName).fill('Kasir depan')
  await page.getByRole('dialog').getByRole('button', { name: words.people.save }).click()
  await expect(row).toContainText('Kasir depan')

  const asksToRevoke = () =>
    row.getByRole('button', { name: say(words.people.revokeWho, { name: 'Kasir depan' }) }).click()
  await test.step('a broker that cannot end a connection is not said to have ended it', async () => {
    const answer = { code: 200, data: { device_id: id, disconnected: false, broker: 'not_possible' } }
    await page.route('**/revoke', (route) => route.fulfill({ json: answer }))
    await asksToRevoke()
    const asked = page.getByRole('dialog')
    await asked.getByRole('button', { name: words.people.revoke }).click()
    const told = say(words.people.revokedStaysConnected, { name: 'Kasir depan' })
    await expect(asked.getByRole('alert')).toHaveText(told)
    await expect(asked.getByRole('button', { name: words.people.revoke })).toHaveCount(0)
    await asked.getByRole('button', { name: words.app.close, exact: true }).first().click()
    await page.unroute('**/revoke')
  })

  await asksToRevoke()
  await page.getByRole('dialog').getByRole('button', { name: words.people.revoke }).click()
  await expect(row).toContainText(words.people.deviceRevoked)
  await expect(other.page.getByText(words.enrol.revokedTitle)).toBeVisible({ timeout: 20_000 })
})

test('a sale stands in the takings of its day, counter and method, and in the file', async ({
  admin,
  counter,
  network,
  pageErrors,
}) => {
  const branch = await makeShop(admin)
  const till = await openTill(await counter(branch))
  const { page } = await counter(branch)
  await openOwnerPage(page, words.owner.navReports)
  await expect(page.getByText(words.reports.emptyTakings)).toBeVisible()

  await till.sell(goodsOf(branch))
  await expect(till.page.getByTestId('pending-count')).toHaveText('0')
  await page.getByRole('button', { name: words.reports.refresh }).click()
  await expect(page.getByTestId('net-takings')).toHaveText('Rp 48.000')
  await expect(page.getByRole('row', { name: new RegExp(words.methods.cash) })).toContainText('Rp 48.000')
  await expect(page.getByRole('img', { name: words.reports.chartLabel }).locator('canvas')).toBeVisible()

  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: words.reports.downloadSales }).click(),
  ])
  expect(download.suggestedFilename()).toMatch(/^sales-\d{4}-\d\d-\d\d\.csv$/)
  const file = await readFile(await download.path())
  expect(file.subarray(0, 3).toString('hex')).toBe('efbbbf')
  const rows: Record<string, string>[] = parse(file, { bom: true, columns: true })
  expect(rows).toMatchObject([{ Staf: 'Sari', Total: '48000', Pembayaran: 'CASH' }])

  await page.getByRole('button', { name: words.reports.products }).click()
  await expect(page.getByRole('row', { name: /Barang 00001/ })).toContainText('Rp 30.000')
  await page.getByRole('button', { name: words.reports.custom }).click()
  await page.getByLabel(words.reports.from).fill('2020-01-02')
  await page.getByLabel(words.reports.to).fill('2020-01-01')
  await expect(page.getByText(say(words.reports.periodWrong, { days: 366 }))).toBeVisible()

  pageErrors.allow(NETWORK_ERRORS)
  await network.cut()
  await page.getByRole('button', { name: words.reports.yesterday }).click()
  await expect(page.getByText(words.reports.offlineText)).toBeVisible()
  await network.restore()
  await page.getByRole('button', { name: words.reports.tryAgain }).click()
  await expect(page.getByText(words.reports.empty)).toBeVisible()
})

test('what a device’s own program makes up is told apart in the takings, with the server’s sums', async ({
  admin,
  counter,
}) => {
  const branch = await makeShop(admin)
  const till = await openTill(await counter(branch))
  await till.sell([{ id: branch.productIds[0] ?? 0, name: 'Barang 00001', unit: 'pcs', price: 2_000, quantity: 2 }])
  await expect(till.page.getByTestId('pending-count')).toHaveText('0')
  await forge(till.page, branch, await admin.enrolDevice(branch))
  const { page } = await counter(branch)
  await openOwnerPage(page, words.owner.navReports)
  await expect(page.getByTestId('net-takings')).toHaveText('Rp 9.000.019.000')
  const marked = page.getByTestId('marked-takings')
  await expect(marked).toContainText('Rp 9.000.015.000')
  await expectAccessible(page)
  await expectFits(page)
  await marked.getByRole('link', { name: words.reports.seeMarks }).click()
  const row = page.getByRole('row', { name: new RegExp(words.reports.markSum) })
  await expect(row).toContainText('Rp 9.000.015.000')
  await expect(row).toContainText('Rp 15.000')
  await expect(page.getByText(words.reports.markApproverUnknown, { exact: true })).toBeVisible()
  await expectAccessible(page)
  await expectFits(page)
  await page.getByRole('button', { name: words.reports.shifts, exact: true }).click()
  await expect(page.getByText(words.reports.expectedByServer)).toBeVisible()
})

test('an approval is proven where its PIN was typed; a device’s own program proves none', async ({
  admin,
  counter,
}) => {
  test.slow()
  const branch = await makeShop(admin)
  await addStaff(admin, branch, [DEWI])
  const till = await openTill(await counter(branch))
  const voided = await till.sell(goodsOf(branch))
  await expect(till.page.getByText(words.receipt.confirmed)).toBeVisible()
  await till.visit(`/transactions/${voided}`)
  await till.page.getByRole('button', { name: words.history.voidSale }).click()
  await giveReason(till.page, words.operation.reasonWrongItem, words.history.voidConfirm)
  await approve(till.page, DEWI.name, DEWI.pin)
  await expect(till.page.getByTestId('sale-note')).toHaveText(say(words.history.voidDone, { total: 'Rp 48.000' }))
  await expect(till.page.getByTestId('pending-count')).toHaveText('0')
  // All of it for nothing, allowed by somebody who was not there.
  const gift = { discount_total: 15_000, cart_discount: 15_000, tax_total: 0, grand_total: 0 }
  await forge(till.page, branch, await admin.enrolDevice(branch), gift)

  const { page } = await counter(branch)
  await openOwnerPage(page, words.owner.navReports)
  await page.getByRole('button', { name: words.reports.approvals, exact: true }).click()
  const proofOf = (kind: string) => page.getByRole('row', { name: new RegExp(`^${kind}`) })
  await expect(proofOf(words.reports.kindVoid)).toContainText(words.reports.proofProven)
  await expect(proofOf(words.reports.kindVoid)).not.toContainText(words.reports.proofUnproven)
  await expect(proofOf(words.reports.kindDiscount)).toContainText(words.reports.proofUnproven)
  await expectAccessible(page)
  await expectFits(page)
  await page.getByRole('button', { name: words.reports.marks, exact: true }).click()
  await expect(page.getByText(words.reports.markUnproven, { exact: true })).toBeVisible()
})

/** A sale with a tax of nine thousand million that nobody of the shop allowed, with a device's own token. */
async function forge(
  page: Page,
  branch: Branch,
  { device_id: deviceId, device_secret_token: token }: Enrollment,
  fields: object = {},
): Promise<void> {
  const common = { device_id: deviceId, created_at_device: new Date().toISOString() }
  const sale = {
    ...common,
    offline_id: randomUUID(),
    offline_reference: `${deviceId}-1`,
    branch_code: branch.branchCode,
    payment_method: 'CASH',
    subtotal: 15_000,
    tax_total: 9_000_000_000,
    grand_total: 9_000_015_000,
    status: 'paid',
    payment_status: 'paid',
    items: [{ product_id: branch.productIds[0], quantity: 1, price: 15_000 }],
    approved_by: 999_999,
    ...fields,
  }
  const answer = await page.request.post(new URL(PATHS.batchSync, page.url()).href, {
    headers: { authorization: `Bearer ${token}` },
    data: { device_id: deviceId, transactions: [sale] },
  })
  expect((await answer.json()).data).toMatchObject({ success: true })
}

test('every report, the staff and the devices fit every screen and are accessible', async ({ admin, counter }) => {
  test.slow()
  const branch = await makeShop(admin)
  const till = await openTill(await counter(branch))
  await till.sell(goodsOf(branch))
  await expect(till.page.getByTestId('pending-count')).toHaveText('0')
  const { page } = await counter(branch)
  await openOwnerPage(page, words.owner.navReports)
  for (const name of [
    words.reports.takings,
    words.reports.products,
    words.reports.shifts,
    words.reports.reversals,
    words.reports.conflicts,
    words.reports.marks,
  ]) {
    await page.getByRole('button', { name, exact: true }).click()
    await expect(page.getByRole('status', { name: words.reports.loading })).toHaveCount(0)
    await expectAccessible(page)
    await expectFits(page)
  }
  for (const name of [words.owner.navStaff, words.owner.navSecurity, words.owner.navDevices]) {
    await openPage(page, name)
    await expect(page.getByRole('main').getByRole('listitem').first()).toBeVisible()
    await expectAccessible(page)
    await expectFits(page)
  }
  await page.getByRole('button', { name: words.people.pair }).click()
  await expect(page.getByRole('img', { name: words.people.pairQr })).toBeVisible()
  await expectAccessible(page)
  await expectFits(page)
})

test('on a phone the chosen report’s chip is in sight: on load, turned, when another is chosen', async ({
  admin,
  counter,
}) => {
  const branch = await makeShop(admin)
  const { page } = await counter(branch)
  await page.setViewportSize({ width: 390, height: 844 })
  await page.goto(new URL('/owner/reports?show=marks&period=month', page.url()).href)
  const field = page.getByLabel(words.owner.pin, { exact: true })
  await field.fill(HARTONO.pin)
  await field.press('Enter')
  const chip = (name: string) => page.getByRole('button', { name, exact: true })
  await expect(chip(words.reports.marks)).toBeInViewport({ ratio: 1 })
  // Turned, and turned back.
  await page.setViewportSize({ width: 1280, height: 800 })
  await expect(chip(words.reports.takings)).toBeInViewport({ ratio: 1 })
  await page.setViewportSize({ width: 390, height: 844 })
  await expect(chip(words.reports.marks)).toBeInViewport({ ratio: 1 })
  await expect(page.getByRole('link', { name: words.owner.navReports })).toBeInViewport({ ratio: 1 })
  // Chosen where no finger can have scrolled the row.
  await expect(chip(words.reports.takings)).not.toBeInViewport()
  await chip(words.reports.takings).evaluate((button: HTMLElement) => button.click())
  await expect(chip(words.reports.takings)).toBeInViewport({ ratio: 1 })
  await expectFits(page)
})
