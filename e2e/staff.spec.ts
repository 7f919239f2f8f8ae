/** Who is at the counter: signing in without a network, wrong PINs, the lock over what is under way, and permissions. */
import type { Page } from '@playwright/test'
import { SALES_DB_NAME } from '../src/db/sales/sales-db.ts'
import type { ApprovalRow } from '../src/db/sales/sales-rows.ts'
import { expectAccessible, expectFits } from './support/accessibility.ts'
import type { Branch } from './support/admin-client.ts'
import { cartOf, keepCart } from './support/carts.ts'
import { addStaff, BUDI, DEWI, enterPin, HARTONO, openShift, SARI, signIn } from './support/cashier.ts'
import { readDeviceStore } from './support/device-store.ts'
import { expect, test } from './support/fixtures.ts'
import { answered, NETWORK_ERRORS } from './support/page-errors.ts'
import type { SqlClient } from './support/sql-client.ts'
import { say, words } from './support/words.ts'

const pinOf = (page: Page, name: string) => page.getByLabel(say(words.signIn.enterPin, { name }))
const lockOf = (page: Page) => page.getByTestId('lock')
const cashierOf = (page: Page) => page.getByTestId('cashier')

/** Idle seconds until a counter of the branch locks. */
async function setLock(sql: SqlClient, branch: Branch, seconds: number): Promise<void> {
  await sql.query(
    `INSERT INTO settings (branch_id, "values", updated_at) VALUES ($1, $2::jsonb, now())
     ON CONFLICT (branch_id) DO UPDATE SET "values" = excluded."values", updated_at = excluded.updated_at`,
    [branch.id, JSON.stringify({ lock_after_s: seconds })],
  )
}

/** Permissions that no operation carries, as the tablet keeps them. */
async function readApprovals(page: Page): Promise<ApprovalRow[]> {
  return await page.evaluate(
    (name) =>
      new Promise<ApprovalRow[]>((resolve, reject) => {
        const opening = indexedDB.open(name)
        opening.onerror = () => reject(opening.error)
        opening.onsuccess = () => {
          const db = opening.result
          const reading = db.transaction('approvals').objectStore('approvals').getAll()
          reading.onerror = () => reject(reading.error)
          reading.onsuccess = () => {
            db.close()
            resolve(reading.result)
          }
        }
      }),
    SALES_DB_NAME,
  )
}

async function openMenu(page: Page): Promise<void> {
  await page.getByTestId('menu').click()
}

test('stock and state need no sign-in; selling does, offline too; one counts in every tab, over a reload', async ({
  admin,
  counter,
  network,
  pageErrors,
}) => {
  pageErrors.allow(NETWORK_ERRORS)
  const branch = await admin.makeBranch({ products: 3 })
  await addStaff(admin, branch)
  const { page, context, stock, waitForState, open } = await counter(branch)
  const [first = 0] = branch.productIds
  await page.evaluate(async () => void (await navigator.serviceWorker.ready))
  await page.reload()
  await waitForState('live')
  await expect(stock(first)).toHaveText('101')
  await expect(cashierOf(page)).toHaveText(words.header.nobody)
  await expect(page.getByTestId('pending-count')).toHaveText('0')
  await open('/shift')
  await expect(page.getByRole('heading', { name: words.signIn.title })).toBeVisible()

  await network.cut()
  await page.reload()
  await waitForState('offline')
  await signIn(page, SARI.name, SARI.pin)
  await expect(page.getByRole('heading', { name: words.shift.openTitle })).toBeVisible()
  await expect(cashierOf(page)).toHaveText(say(words.header.cashier, { name: 'Sari' }))

  await page.reload()
  await expect(page.getByRole('heading', { name: words.shift.openTitle })).toBeVisible()
  const tab = await context.newPage()
  await tab.goto(`${network.origin}/shift`)
  await expect(cashierOf(tab)).toHaveText(say(words.header.cashier, { name: 'Sari' }))

  await openMenu(page)
  await page.getByRole('button', { name: words.header.signOut }).click()
  for (const one of [page, tab]) {
    await expect(one.getByRole('heading', { name: words.signIn.title })).toBeVisible()
    await expect(cashierOf(one)).toHaveText(words.header.nobody)
  }
})

test('five wrong PINs wait, in other tabs and over a reload; somebody else may sign in meanwhile', async ({
  admin,
  counter,
  network,
}) => {
  const branch = await admin.makeBranch()
  await addStaff(admin, branch)
  const { page, context } = await counter(branch)
  await page.goto(`${network.origin}/shift`)
  await page.getByRole('button', { name: /^Sari/ }).click()
  await expect(pinOf(page, 'Sari')).toBeFocused()
  await page.keyboard.type('12')
  await page.keyboard.press('Enter')
  await expect(page.getByText(say(words.signIn.length, { max: 8 }))).toBeVisible()
  await test.step('a barcode that a scanner typed here is no try', async () => {
    await enterPin(page, 'Sari', '8999999000001')
    await expect(page.getByText(say(words.signIn.length, { max: 8 }))).toBeVisible()
  })
  for (const left of [4, 3, 2, 1]) {
    await enterPin(page, 'Sari', '9999')
    await expect(page.getByText(say(words.signIn.wrong_other, { count: left }))).toBeVisible()
    await expect(pinOf(page, 'Sari')).toHaveValue('')
  }
  await expectAccessible(page)
  await enterPin(page, 'Sari', '9999')
  const wait = page.getByText(/Coba lagi dalam \d+ detik/)
  await expect(wait).toBeVisible()
  await expect(pinOf(page, 'Sari')).toBeDisabled()
  await expect(page.getByRole('button', { name: '5', exact: true })).toBeDisabled()
  await expectAccessible(page)

  await page.reload()
  await page.getByRole('button', { name: /^Sari/ }).click()
  await expect(wait).toBeVisible()
  const tab = await context.newPage()
  await tab.goto(`${network.origin}/shift`)
  await tab.getByRole('button', { name: /^Sari/ }).click()
  await expect(tab.getByText(/Coba lagi dalam \d+ detik/)).toBeVisible()

  await page.getByRole('button', { name: words.signIn.other }).click()
  await signIn(page, BUDI.name, BUDI.pin)
  await expect(cashierOf(page)).toHaveText(say(words.header.cashier, { name: 'Budi' }))
})

test('the lock comes over a payment after idle time and keeps it; another person may go on with it', async ({
  admin,
  sql,
  counter,
  network,
}) => {
  const branch = await admin.makeBranch({ products: 2 })
  await addStaff(admin, branch)
  const { page, context } = await counter(branch)
  const [first = 0] = branch.productIds
  const cart = cartOf([{ id: first, name: 'Barang 00001', unit: 'pcs', price: 15_000, quantity: 3 }])
  await keepCart(page, cart)
  await page.goto(`${network.origin}/sell/pay/${cart.cartId}`)
  await signIn(page, SARI.name, SARI.pin)
  await openShift(page, 100_000)
  await expect(page.getByTestId('due')).toHaveText('Rp 45.000')
  const tab = await context.newPage()
  await tab.goto(`${network.origin}/shift`)
  await expect(tab.getByTestId('shift-sums')).toBeVisible()
  await page.bringToFront()
  await page.keyboard.type('20000')

  await test.step('idle: locked in every tab, also after a reload', async () => {
    await setLock(sql, branch, 1)
    await expect(lockOf(page)).toBeVisible()
    await expect(lockOf(tab)).toBeVisible()
    await expect(page.getByTestId('sync-state')).toBeInViewport()
    await expect(cashierOf(page)).toContainText(words.header.locked)
    await setLock(sql, branch, 300)
    // Before that is known here, whoever unlocks it is locked out again a second later.
    await expect.poll(async () => (await readDeviceStore(page)).settings?.values).toMatchObject({ lock_after_s: 300 })
    await tab.reload()
    await expect(lockOf(tab)).toBeVisible()
    await expectFits(page)
    await expectAccessible(page)
  })

  await test.step('no key and no tap reaches the payment; Esc does not open it', async () => {
    await page.keyboard.press('Escape')
    await page.keyboard.press('Escape')
    await page.keyboard.press('Escape')
    await expect(lockOf(page)).toBeVisible()
    await pinOf(page, 'Sari').fill('')
    await page.keyboard.type('777')
    await enterPin(page, 'Sari', '4321')
    await expect(page.getByText(say(words.signIn.wrong_other, { count: 4 }))).toBeVisible()
  })

  await test.step('the same person: the amount typed before is still there', async () => {
    await enterPin(page, 'Sari', SARI.pin)
    await expect(lockOf(page)).toHaveCount(0)
    await expect(lockOf(tab)).toHaveCount(0)
    await page.keyboard.type('0')
    await expect(page.getByTestId('change')).toContainText('Rp 155.000')
  })

  await test.step('locked by hand: another person goes on with it, and is who sold it', async () => {
    await openMenu(page)
    await page.getByRole('button', { name: words.header.lock, exact: true }).click()
    await expect(lockOf(page)).toBeVisible()
    await page.getByRole('button', { name: words.signIn.other }).click()
    await signIn(page, BUDI.name, BUDI.pin)
    await expect(lockOf(page)).toHaveCount(0)
    await expect(cashierOf(page)).toHaveText(say(words.header.cashier, { name: 'Budi' }))
    await expect(page.getByTestId('change')).toContainText('Rp 155.000')
    await page.getByRole('main').focus()
    await page.keyboard.press('Enter')
    await expect(page.getByTestId('receipt')).toContainText('Budi')
  })
})

test('an owner who is locked finds the way to where the PIN is changed; a cashier sees no such way', async ({
  admin,
  sql,
  counter,
  network,
}) => {
  const branch = await admin.makeBranch({ products: 1 })
  await addStaff(admin, branch, [SARI, HARTONO])
  const { page } = await counter(branch)
  const way = lockOf(page).getByRole('link', { name: words.signIn.toOwner })
  for (const [person, ways] of [
    [SARI, 0],
    [HARTONO, 1],
  ] as const) {
    await setLock(sql, branch, 300)
    await page.goto(`${network.origin}/sell`)
    const other = lockOf(page).getByRole('button', { name: words.signIn.other })
    if (person === HARTONO) await other.click()
    await signIn(page, person.name, person.pin)
    await setLock(sql, branch, 1)
    await expect(lockOf(page)).toBeVisible()
    await expect(way).toHaveCount(ways)
  }
  await expectFits(page)
  await expectAccessible(page)
  await way.click()
  await expect(lockOf(page)).toHaveCount(0)
  await expect(page).toHaveURL(/\/owner$/)
})

test('a lock hides no stock, and a touch of any tab keeps the counter open', async ({
  admin,
  sql,
  counter,
  network,
}) => {
  const branch = await admin.makeBranch({ products: 2 })
  await addStaff(admin, branch)
  const { page, stock } = await counter(branch)
  const [first = 0] = branch.productIds
  await page.goto(`${network.origin}/shift`)
  await signIn(page, SARI.name, SARI.pin)
  await expect(page.getByRole('heading', { name: words.shift.openTitle })).toBeVisible()
  await page.goto(`${network.origin}/`)
  await expect(stock(first)).toHaveText('101')
  await setLock(sql, branch, 1)
  await expect(cashierOf(page)).toContainText(words.header.locked)
  await expect(lockOf(page)).toHaveCount(0)
  await expect(stock(first)).toHaveText('101')
  await page.getByRole('searchbox').fill('Barang 00002')
  await expect(stock(first)).toHaveCount(0)
})

test('whoever the owner lets go is signed out when it is known, and cannot come back', async ({
  admin,
  sql,
  counter,
  network,
}) => {
  const branch = await admin.makeBranch()
  await addStaff(admin, branch)
  const { page } = await counter(branch)
  await page.goto(`${network.origin}/shift`)
  await signIn(page, SARI.name, SARI.pin)
  await expect(cashierOf(page)).toContainText('Sari')
  await sql.query(`UPDATE staff SET active = false WHERE branch_id = $1 AND name = 'Sari'`, [branch.id])
  await expect(page.getByRole('heading', { name: words.signIn.title })).toBeVisible()
  await expect(cashierOf(page)).toHaveText(words.header.nobody)
  await expect(page.getByRole('button', { name: /^Budi/ })).toBeVisible()
  await expect(page.getByRole('button', { name: /^Sari/ })).toHaveCount(0)
  await sql.query(`UPDATE staff SET active = true WHERE branch_id = $1 AND name = 'Sari'`, [branch.id])
  await expect(page.getByRole('button', { name: /^Sari/ })).toBeVisible()
  await expect(cashierOf(page)).toHaveText(words.header.nobody)
})

test('signing in by keyboard and by touch, the menu by keys: no axe violation, no sideways scrolling', async ({
  admin,
  counter,
  network,
}) => {
  const branch = await admin.makeBranch()
  await addStaff(admin, branch, [SARI, DEWI])
  const { page } = await counter(branch)
  await page.goto(`${network.origin}/shift`)
  await page.getByRole('button', { name: /^Sari/ }).focus()
  await expectFits(page)
  await expectAccessible(page)
  await page.keyboard.press('Enter')
  await expect(pinOf(page, 'Sari')).toBeFocused()
  await page.keyboard.type(SARI.pin)
  await expectFits(page)
  await expectAccessible(page)
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { name: words.shift.openTitle })).toBeVisible()

  await page.getByTestId('menu').focus()
  await page.keyboard.press('Enter')
  const menu = page.getByRole('dialog', { name: words.header.menu })
  await expect(menu.getByRole('link')).toHaveCount(8)
  await expectFits(page)
  await expectAccessible(page)
  await page.keyboard.press('Escape')
  await expect(menu).toHaveCount(0)
  await expect(page.getByTestId('menu')).toBeFocused()
  await openMenu(page)
  await menu.getByRole('button', { name: words.header.signOut }).click()

  await page.getByRole('button', { name: /^Dewi/ }).click()
  for (const digit of '64') await page.getByRole('button', { name: digit, exact: true }).click()
  await page.getByRole('button', { name: '7', exact: true }).click()
  await page.getByRole('button', { name: words.signIn.erase }).click()
  for (const digit of '92') await page.getByRole('button', { name: digit, exact: true }).click()
  await page.getByRole('button', { name: words.signIn.submit, exact: true }).click()
  await expect(cashierOf(page)).toHaveText(say(words.header.cashier, { name: 'Dewi' }))
})

test('a permission: only who may give it is offered, wrong PINs count, and it is recorded', async ({
  admin,
  sql,
  counter,
  network,
}) => {
  const branch = await admin.makeBranch({ products: 2 })
  await addStaff(admin, branch, [SARI, BUDI, DEWI, HARTONO])
  const { page } = await counter(branch)
  const [first = 0] = branch.productIds
  const goods = { id: first, name: 'Barang 00001', unit: 'pcs', price: 15_000, quantity: 3 }
  await keepCart(page, { ...cartOf([goods]), label: 'Bu Ani' })
  await page.goto(`${network.origin}/sell`)
  await signIn(page, SARI.name, SARI.pin)
  await openShift(page, 0)
  const held = page.getByRole('button', { name: 'Bu Ani' })
  await held.click()
  const dialog = page.getByRole('dialog', { name: words.approval.deleteCart })
  const ask = async () => {
    await page.getByRole('button', { name: words.sell.cartMore }).click()
    await page.getByRole('button', { name: words.sell.deleteCart }).click()
    await expect(dialog).toContainText('Bu Ani')
  }

  await ask()
  await expect(dialog.getByRole('listitem')).toContainText(['Dewi', 'Hartono'])
  await expectFits(page)
  await expectAccessible(page)
  await dialog.getByRole('button', { name: /^Dewi/ }).click()
  await enterPin(page, 'Dewi', SARI.pin)
  await expect(dialog.getByText(say(words.signIn.wrong_other, { count: 4 }))).toBeVisible()
  await expectFits(page)
  await expectAccessible(page)
  await dialog.getByRole('button', { name: words.app.cancel }).click()
  await expect(dialog).toHaveCount(0)
  expect(await readApprovals(page)).toEqual([])

  await page.reload()
  await held.click()
  await ask()
  await dialog.getByRole('button', { name: /^Dewi/ }).click()
  await enterPin(page, 'Dewi', '0000')
  await expect(dialog.getByText(say(words.signIn.wrong_other, { count: 3 }))).toBeVisible()
  await enterPin(page, 'Dewi', DEWI.pin)
  await expect(held).toHaveCount(0)
  const rows = await sql.query<{ id: number; name: string }>('SELECT id, name FROM staff WHERE branch_id = $1', [
    branch.id,
  ])
  const people = Object.fromEntries(rows.map(({ id, name }) => [name, id]))
  expect(await readApprovals(page)).toEqual([
    expect.objectContaining({ what: 'delete-cart', staff_id: people.Sari, approved_by: people.Dewi }),
  ])
})

test('without staff on the device it says where they come from', async ({ admin, counter, network }) => {
  const { page } = await counter(await admin.makeBranch())
  await page.goto(`${network.origin}/shift`)
  await expect(page.getByRole('heading', { name: words.signIn.emptyTitle })).toBeVisible()
  await expectFits(page)
  await expectAccessible(page)
})

test('the owner at a counter: by the server at first, by the device after it, in words where neither can', async ({
  admin,
  sql,
  counter,
  network,
  pageErrors,
}) => {
  pageErrors.allow(NETWORK_ERRORS)
  pageErrors.allow(answered(403))
  const branch = await admin.makeBranch({ products: 1 })
  await addStaff(admin, branch, [SARI, HARTONO])
  const { page, open, waitForState } = await counter(branch)
  // What a screen needs has to be on the tablet before the network goes.
  await page.evaluate(async () => void (await navigator.serviceWorker.ready))
  await page.reload()
  await waitForState('live')
  await open('/shift')
  await network.cut()
  await waitForState('offline')
  await page.getByRole('button', { name: /^Hartono/ }).click()
  await expect(page.getByText(words.signIn.needsServer)).toBeVisible()
  await expectFits(page)
  await expectAccessible(page)
  await enterPin(page, 'Hartono', HARTONO.pin)
  await expect(page.getByText(words.signIn.needsServer)).toBeVisible()

  await network.restore()
  await waitForState('live')
  await enterPin(page, 'Hartono', '00000000')
  await expect(page.getByText(words.owner.pinWrong)).toBeVisible()
  await enterPin(page, 'Hartono', HARTONO.pin)
  await expect(cashierOf(page)).toHaveText(say(words.header.cashier, { name: 'Hartono' }))

  // From now on without a network: until something about him changes.
  await network.cut()
  await waitForState('offline')
  await openMenu(page)
  await page.getByRole('button', { name: words.header.signOut }).click()
  await signIn(page, 'Hartono', HARTONO.pin)
  await network.restore()
  await waitForState('live')
  await sql.query(`UPDATE staff SET name = 'Pak Hartono' WHERE branch_id = $1 AND role = 'owner'`, [branch.id])
  await expect(cashierOf(page)).toHaveText(say(words.header.cashier, { name: 'Pak Hartono' }))
  await network.cut()
  await waitForState('offline')
  await openMenu(page)
  await page.getByRole('button', { name: words.header.signOut }).click()
  await page.getByRole('button', { name: /^Pak Hartono/ }).click()
  await expect(page.getByText(words.signIn.needsServer)).toBeVisible()
})
