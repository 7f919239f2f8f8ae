/** What the server does not have yet: seen, explained, decided, carried in a file; and no way to lose it. */
import { readFile } from 'node:fs/promises'
import type { Page } from '@playwright/test'
import type { OperationRow } from '../src/db/sales/sales-rows.ts'
import { expectAccessible, expectFits } from './support/accessibility.ts'
import { addStaff, approve, DEWI, enterPin, HARTONO, SARI, signIn } from './support/cashier.ts'
import { expect, test } from './support/fixtures.ts'
import { answered, NETWORK_ERRORS } from './support/page-errors.ts'
import { readOperation, readOperations, writeOperations } from './support/sales-store.ts'
import { giveReason, goodsOf, makeShop, openTill, SALE_ON_SERVER } from './support/till.ts'
import { say, words } from './support/words.ts'

const row = (page: Page, id: string) => page.getByTestId(`unsent-${id}`)
const decision = (page: Page, id: string) => page.getByTestId(`decision-${id}`)
const note = (page: Page) => page.getByTestId('unsent-note')

/** The same sale with a note longer than any server takes: nothing can be booked of it. */
function unreadable(stored: OperationRow): OperationRow {
  if (stored.content.type !== 'sale') throw new Error('a sale is expected')
  const note = 'tanpa gula '.repeat(50)
  return { ...stored, content: { ...stored.content, sale: { ...stored.content.sale, note } } }
}

/**
 * Without a network: an attempt that had read the record before it was rewritten is over. The first of two may be that one; it would else
 * reach the server with the network, and bring the record as it was.
 */
async function tryInVain(page: Page, offlineId: string): Promise<void> {
  const attempts = async () => (await readOperation(page, offlineId)).attempts
  for (let time = 0; time < 2; time += 1) {
    const before = await attempts()
    await page.getByRole('button', { name: words.unsent.sendNow }).click()
    await expect.poll(attempts).toBeGreaterThan(before)
  }
}

/** The opening of the shift is a record too: it must not be among those that a test counts. */
async function untilAllSent(page: Page): Promise<void> {
  await expect
    .poll(async () => (await readOperations(page)).every(({ state }) => state === 'accepted' || state === 'settled'))
    .toBe(true)
}

async function settledIds(page: Page): Promise<string[]> {
  const done = (await readOperations(page)).filter(({ state }) => state === 'accepted' || state === 'settled')
  return done.map(({ offline_id: id }) => id)
}

test('[Q3, Q5] one refused stands apart with its reason; the others go through', async ({
  admin,
  counter,
  sql,
  network,
  pageErrors,
}) => {
  pageErrors.allow(NETWORK_ERRORS)
  const branch = await makeShop(admin)
  const till = await openTill(await counter(branch))
  const { page } = till
  await untilAllSent(page)
  await network.cut()
  const first = await till.sell(goodsOf(branch))
  const wrong = await till.sell(goodsOf(branch))
  const last = await till.sell(goodsOf(branch))

  await test.step('each waits in its line, in words, with its attempts', async () => {
    await till.open('/unsent')
    await expect(page.getByTestId('unsent-waiting')).toHaveText('3')
    await expect(row(page, first)).toContainText(/DEV-\w+-\d{8}-0001/)
    await expect(row(page, first)).toContainText('Rp 48.000')
    await expect(row(page, first)).toContainText(words.operation.stateRetry)
    await expect(row(page, first)).toContainText(words.operation.shortOffline)
    await row(page, first).click()
    const dialog = page.getByRole('dialog')
    await expect(dialog).toContainText(words.operation.longOffline)
    await expect(dialog).toContainText('Barang 00002 × 1,5')
    await expect(dialog).toContainText(first)
    await expectAccessible(page)
    await dialog.getByRole('button', { name: words.app.close }).click()
    await expectFits(page)
    await expectAccessible(page)
  })

  await writeOperations(page, [unreadable(await readOperation(page, wrong))])
  await tryInVain(page, wrong)
  await network.restore()
  await page.getByRole('button', { name: words.unsent.sendNow }).click()

  await test.step('the refused one stands above with what to do', async () => {
    await expect(decision(page, wrong)).toContainText(words.operation.longInvalid)
    await expect(page.getByTestId('unsent-decisions')).toHaveText('1')
    await expect(row(page, first)).toHaveCount(0)
    await expect(row(page, last)).toHaveCount(0)
    for (const id of [first, last]) {
      expect(await sql.query(SALE_ON_SERVER, [id])).toMatchObject([{ status: 'paid', grand_total: 48_000 }])
    }
    await expectFits(page)
    await expectAccessible(page)
  })

  await test.step('sent again it is refused again, and nothing else moves', async () => {
    await decision(page, wrong).getByRole('button', { name: words.unsent.sendAgain }).click()
    await expect(note(page)).toHaveText(words.unsent.sentAgain)
    await expect
      .poll(async () => (await readOperation(page, wrong)).decisions.map(({ what }) => what))
      .toEqual(['send-again'])
    await expect(decision(page, wrong)).toContainText(words.operation.longInvalid)
  })

  await test.step('given up at the supervisor’s PIN nothing happens; with it the record is void and kept', async () => {
    const voidIt = async () => {
      await decision(page, wrong).getByRole('button', { name: words.unsent.void }).click()
      await giveReason(page, words.operation.reasonWrongAmount, words.unsent.void)
    }
    await voidIt()
    await page.getByRole('dialog').getByRole('button', { name: words.app.cancel }).click()
    await expect(decision(page, wrong)).toBeVisible()
    await voidIt()
    await approve(page, DEWI.name, DEWI.pin)
    await expect(note(page)).toHaveText(words.unsent.voided)
    await expect(decision(page, wrong)).toHaveCount(0)
    const kept = await readOperation(page, wrong)
    expect(kept.state).toBe('cancelled')
    expect(kept.decisions.at(-1)).toMatchObject({ what: 'void', reason: words.operation.reasonWrongAmount })
    expect(kept.decisions.at(-1)?.approved_by).not.toBeNull()
    // Its void goes up, so that the sale is void there too should it ever arrive.
    await expect(page.getByRole('heading', { name: words.unsent.emptyTitle })).toBeVisible()
    expect(await sql.query(SALE_ON_SERVER, [wrong])).toEqual([])
    expect(await sql.query('SELECT stock FROM products WHERE id = $1', [branch.productIds[0]])).toEqual([{ stock: 97 }])
  })
})

test('[Q2] other content under a known id: both sides are shown, and the owner says which one counts @stack', async ({
  admin,
  counter,
  sql,
  pageErrors,
}) => {
  pageErrors.allow(answered(403))
  const branch = await makeShop(admin)
  await addStaff(admin, branch, [HARTONO])
  const till = await openTill(await counter(branch))
  const { page } = till
  const sale = await till.sell(goodsOf(branch))
  await expect(page.getByText(words.receipt.confirmed)).toBeVisible()
  const stored = await readOperation(page, sale)
  if (stored.content.type !== 'sale') throw new Error('a sale is expected')
  const [first, ...others] = stored.content.sale.items
  if (!first) throw new Error('the sale has lines')
  const changed = {
    ...stored.content,
    sale: { ...stored.content.sale, items: [{ ...first, note: 'Tanpa sambal' }, ...others] },
  }
  await writeOperations(page, [
    { ...stored, content: changed, state: 'queued', result: null, settled_at: null, next_attempt_at: 0 },
  ])
  await till.visit('/unsent')
  await expect(decision(page, sale)).toContainText(words.operation.longMismatch)
  await decision(page, sale).getByRole('button', { name: words.unsent.compare }).click()
  const dialog = page.getByRole('dialog')
  await expect(dialog.getByText('Rp 48.000')).toHaveCount(4)
  await expectAccessible(page)
  await dialog.getByRole('button', { name: words.unsent.keepServer }).click()
  // Whoever has the device does not decide about its own sales, a supervisor neither; the server looks at the PIN.
  const permission = page.getByRole('dialog', { name: words.approval.decide })
  await expect(permission.getByText(words.approval.introOwner)).toBeVisible()
  await expect(permission.getByText(DEWI.name)).toHaveCount(0)
  await enterPin(page, HARTONO.name, '00000000')
  await expect(permission.getByText(words.owner.pinWrong)).toBeVisible()
  await expectAccessible(page)
  await approve(page, HARTONO.name, HARTONO.pin)
  await expect(note(page)).toHaveText(words.unsent.resolved)
  await expect(decision(page, sale)).toHaveCount(0)
  const [owner] = await sql.query<{ id: number }>(`SELECT id FROM staff WHERE branch_id = $1 AND role = 'owner'`, [
    branch.id,
  ])
  expect((await readOperation(page, sale)).decisions).toMatchObject([{ what: 'keep-server', approved_by: owner?.id }])
  expect(await sql.query('SELECT state, approved_by FROM offline_conflicts WHERE offline_id = $1', [sale])).toEqual([
    { state: 'resolved', approved_by: owner?.id },
  ])
  expect(await sql.query(SALE_ON_SERVER, [sale])).toEqual([
    { status: 'paid', grand_total: 48_000, refunded: 0, voids: 0 },
  ])
})

test('[Q7] a file carries the unsent to another counter, and each sale is booked once all the same', async ({
  admin,
  counter,
  sql,
  pageErrors,
}) => {
  pageErrors.allow(NETWORK_ERRORS)
  const branch = await makeShop(admin)
  const lone = await openTill(await counter(branch))
  const other = await openTill(await counter(branch))
  await untilAllSent(lone.page)
  await lone.context.setOffline(true)
  const sales = [await lone.sell(goodsOf(branch)), await lone.sell(goodsOf(branch))]

  await lone.open('/unsent')
  const downloading = lone.page.waitForEvent('download')
  await lone.page.getByRole('button', { name: words.unsent.export }).click()
  const file = await downloading
  await expect(note(lone.page)).toHaveText(say(words.unsent.exportDone, { count: 2, file: file.suggestedFilename() }))
  const path = await file.path()

  await other.open('/unsent')
  await other.page.getByTestId('unsent-file').setInputFiles(path)
  await expect(note(other.page)).toHaveText(say(words.unsent.importDone, { added: 2, known: 0 }))
  await expect(other.page.getByRole('heading', { name: words.unsent.emptyTitle })).toBeVisible()
  for (const id of sales) await expect.poll(() => sql.query(SALE_ON_SERVER, [id])).toHaveLength(1)
  await other.page.getByTestId('unsent-file').setInputFiles(path)
  await expect(note(other.page)).toHaveText(say(words.unsent.importDone, { added: 0, known: 2 }))

  await test.step('what is no such file, or is of another branch, changes nothing', async () => {
    const give = async (text: string) =>
      await other.page
        .getByTestId('unsent-file')
        .setInputFiles({ name: 'file.json', mimeType: 'application/json', buffer: Buffer.from(text) })
    await give('{"a": 1}')
    await expect(note(other.page)).toHaveText(words.unsent.importNotOurs)
    await give('not json')
    await expect(note(other.page)).toHaveText(words.unsent.importNotOurs)
  })

  await lone.context.setOffline(false)
  await expect.poll(() => settledIds(lone.page)).toEqual(expect.arrayContaining(sales))
  await expect(lone.page.getByRole('heading', { name: words.unsent.emptyTitle })).toBeVisible()
  expect(await sql.query('SELECT count(*)::int AS sales FROM transactions WHERE branch_id = $1', [branch.id])).toEqual([
    { sales: 2 },
  ])
  expect(await sql.query('SELECT stock FROM products WHERE id = $1', [branch.productIds[0]])).toEqual([{ stock: 97 }])
})

test('[Q7] a device that alone holds a sale can’t be removed; once the sale is exported it can', async ({
  admin,
  counter,
  sql,
  network,
  pageErrors,
}) => {
  pageErrors.allow(NETWORK_ERRORS)
  const branch = await makeShop(admin)
  const till = await openTill(await counter(branch))
  const { page } = till
  await network.cut()
  const sale = await till.sell(goodsOf(branch))
  const dialog = page.getByRole('dialog')
  await till.visit('/enrol#code=ABCD2345')
  await expect(dialog).toContainText(words.unsent.replaceRefusedTitle)
  await expect(dialog.getByRole('button', { name: words.enrol.replaceConfirm })).toHaveCount(0)
  await till.visit('/settings')
  await page.getByRole('button', { name: words.settings.remove }).click()
  await expect(dialog).toContainText(words.unsent.removeRefusedTitle)
  await expect(dialog.getByRole('button', { name: words.settings.removeConfirm })).toHaveCount(0)
  await expectAccessible(page)
  const downloading = page.waitForEvent('download')
  await dialog.getByRole('button', { name: words.unsent.export }).click()
  await downloading
  await expect(dialog).toContainText(words.settings.removeText)
  await dialog.getByRole('button', { name: words.settings.removeConfirm, exact: true }).click()
  await expect(page.getByTestId('sync-state')).toHaveCount(0)
  // An attempt may have been under way.
  await expect.poll(async () => (await readOperation(page, sale)).state).toBe('queued')

  await network.restore()
  await till.visit(`/enrol#code=${await admin.pairingCode(branch)}`)
  await till.waitForState('live')
  await expect.poll(() => settledIds(page)).toContain(sale)
  expect(await sql.query(SALE_ON_SERVER, [sale])).toMatchObject([{ status: 'paid', grand_total: 48_000 }])
})

test('[Q12] a revoked device keeps what is unsent alone, in a file or until it is enrolled again @stack', async ({
  admin,
  counter,
  network,
  sql,
  pageErrors,
}) => {
  pageErrors.allow(NETWORK_ERRORS)
  pageErrors.allow(answered(401))
  const branch = await makeShop(admin)
  const till = await openTill(await counter(branch))
  const { page } = till
  const sent = await till.sell(goodsOf(branch))
  await untilAllSent(page)
  await network.cut()
  const sale = await till.sell(goodsOf(branch))
  const [device] = (await readOperations(page)).map(({ device_id: id }) => id)
  await admin.call('POST', `/api/v1/admin/device/${device}/revoke`)
  await network.restore()
  await expect(page.getByText(words.enrol.revokedTitle)).toBeVisible({ timeout: 20_000 })
  await expect(page.getByRole('alert')).toContainText(say(words.enrol.revokedUnsent_one, { count: '1' }))
  await expectFits(page)
  await expectAccessible(page)
  expect((await readOperations(page)).map(({ offline_id: id }) => id)).toEqual([sale])
  const downloading = page.waitForEvent('download')
  await page.getByRole('button', { name: words.unsent.export }).click()
  const file = JSON.parse(await readFile(await (await downloading).path(), 'utf8'))
  expect(file).toMatchObject({ operations: [{ offline_id: sale }] })

  await till.visit(`/enrol#code=${await admin.pairingCode(branch)}`)
  await till.waitForState('live')
  await expect.poll(() => settledIds(page)).toContain(sale)
  for (const id of [sent, sale]) expect(await sql.query(SALE_ON_SERVER, [id])).toMatchObject([{ status: 'paid' }])
})

test('[V1] a thousand entries: only those in sight are in the page, and all are counted', async ({
  admin,
  counter,
  network,
  pageErrors,
}) => {
  pageErrors.allow(NETWORK_ERRORS)
  const branch = await makeShop(admin)
  const till = await openTill(await counter(branch))
  const { page } = till
  await untilAllSent(page)
  await network.cut()
  const sale = await till.sell(goodsOf(branch))
  const stored = await readOperation(page, sale)
  const copies = Array.from({ length: 999 }, (_, index) => ({
    ...(JSON.parse(JSON.stringify(stored).replaceAll(sale, crypto.randomUUID())) as typeof stored),
    place: stored.place + 1 + index,
    next_attempt_at: Date.now() + 50_000,
  }))
  await writeOperations(page, copies)
  await till.visit('/unsent')
  await expect(page.getByTestId('unsent-waiting')).toHaveText('1000')
  const lines = page.getByTestId(/^unsent-[0-9a-f]{8}-/)
  expect(await lines.count()).toBeLessThan(60)
  const list = page.getByRole('region', { name: words.unsent.list })
  await list.evaluate((element) => element.scrollTo(0, element.scrollHeight))
  await expect(row(page, copies.at(-1)?.offline_id ?? '')).toBeVisible()
  expect(await lines.count()).toBeLessThan(60)
})

test('nobody signed in sees the queue and can export it, but decides nothing', async ({
  admin,
  counter,
  network,
  pageErrors,
}) => {
  pageErrors.allow(NETWORK_ERRORS)
  const branch = await makeShop(admin)
  const till = await openTill(await counter(branch))
  const { page } = till
  await network.cut()
  const sale = await till.sell(goodsOf(branch))
  const error = { kind: 'totals_mismatch', message: 'the lines make 1, not 2', at: Date.now() } as const
  await writeOperations(page, [{ ...(await readOperation(page, sale)), state: 'needs-decision', error }])
  await page.getByTestId('menu').click()
  await page.getByRole('button', { name: words.header.signOut }).click()
  // The receipt behind it asks who is there: it is written down.
  await expect(page.getByRole('button', { name: new RegExp(`^${SARI.name}\\b`) })).toBeVisible()
  await till.visit('/unsent')
  await expect(decision(page, sale)).toContainText(words.operation.longTotals)
  await expect(decision(page, sale).getByRole('button', { name: words.unsent.sendAgain })).toHaveCount(0)
  const downloading = page.waitForEvent('download')
  await page.getByRole('button', { name: words.unsent.export }).click()
  await downloading
  await decision(page, sale).getByRole('link', { name: words.unsent.signInLink }).click()
  await signIn(page, SARI.name, SARI.pin)
  await till.open('/unsent')
  await expect(decision(page, sale).getByRole('button', { name: words.unsent.sendAgain })).toBeVisible()
})
