import type { Page } from '@playwright/test'
import type { AdminClient, Branch } from './admin-client.ts'
import { cartOf, type GoodsWanted, keepCart } from './carts.ts'
import { addStaff, openShift, SARI, signIn } from './cashier.ts'
import type { Counter } from './counter.ts'
import { untilInPage } from './in-page.ts'
import { words } from './words.ts'

export interface Till extends Counter {
  /** Takes exact cash for these goods and stands at the receipt. Resolves to the sale's offline id. */
  sell(goods: readonly GoodsWanted[]): Promise<string>
  /** Opens an address of the app by loading it, with or without a network. */
  visit(path: string): Promise<void>
}

/** Two chickens at 15,000 and 1.5 kg of rice at 12,000: Rp 48.000. */
export function goodsOf({ productIds: [first = 0, second = 0] }: Branch): readonly GoodsWanted[] {
  return [
    { id: first, name: 'Barang 00001', unit: 'pcs', price: 15_000, quantity: 2 },
    { id: second, name: 'Barang 00002', unit: 'kg', price: 12_000, quantity: 1.5 },
  ]
}

/** A branch with goods and staff. */
export async function makeShop(admin: AdminClient): Promise<Branch> {
  const branch = await admin.makeBranch({ products: 5 })
  await addStaff(admin, branch)
  return branch
}

/** Signs Sari in at a counter and opens her shift; from then on it works without a network too. */
export async function openTill(counter: Counter): Promise<Till> {
  const { page } = counter
  const visit = async (path: string) => {
    await page.goto(new URL(path, page.url()).href)
    // Its heading: what a test looks for next is mostly there then.
    await untilInPage(page, 'main :is(h1, h2)')
  }
  await page.evaluate(async () => void (await navigator.serviceWorker.ready))
  await visit('/shift')
  await signIn(page, SARI.name, SARI.pin)
  await openShift(page, 500_000)
  return {
    ...counter,
    visit,
    sell: (goods) => sellAt(page, goods),
  }
}

/** Takes exact cash for these goods in this tab, whose till is open. Resolves to the sale's offline id at its receipt. */
export async function sellAt(page: Page, goods: readonly GoodsWanted[]): Promise<string> {
  const cart = cartOf(goods)
  await keepCart(page, cart)
  await page.goto(new URL(`/sell/pay/${cart.cartId}`, page.url()).href)
  await untilInPage(page, '[data-testid="due"]')
  await page.getByRole('button', { name: words.pay.exact }).click()
  await page.keyboard.press('Enter')
  await page.waitForURL(`**/receipt/${cart.saleId}`)
  await untilInPage(page, '[data-testid="receipt"]')
  return cart.saleId
}

/** What stands on the server about a sale: its status and what was refunded of it, in whole rupiah. Null: it has none. */
export const SALE_ON_SERVER = `
  SELECT t.status, t.grand_total,
         coalesce((SELECT -sum(r.grand_total) FROM transactions r WHERE r.refund_of = t.id), 0)::int AS refunded,
         (SELECT count(*) FROM voids v WHERE v.transaction_offline_id = t.offline_id)::int AS voids
    FROM transactions t WHERE t.offline_id = $1`

/** Chooses a common reason and confirms. */
export async function giveReason(page: Page, reason: string, confirm: string): Promise<void> {
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('button', { name: reason }).click()
  await dialog.getByRole('button', { name: confirm }).click()
}

/** Keeps this tablet's sender busy, as another tab that waits for an answer does: nothing is sent until it is let go. */
export async function holdSender(counter: Counter): Promise<() => Promise<void>> {
  const tab = await counter.context.newPage()
  await tab.goto(new URL('/diagnostics', counter.page.url()).href)
  await tab.evaluate(
    () =>
      new Promise<void>((resolve) => {
        void navigator.locks.request('mstore-sender', () => {
          resolve()
          return new Promise(() => undefined)
        })
      }),
  )
  return () => tab.close()
}
