/** Everything by keys alone: no mouse moves in this file. */
import { expect, type Locator, type Page } from '@playwright/test'
import { test } from './support/fixtures.ts'
import { words } from './support/words.ts'

const MOST_TABS = 60

test('by keyboard alone: enrol, search, move through the rows, open a product, settings, diagnostics', async ({
  admin,
  tablet,
}) => {
  const branch = await admin.makeBranch({ products: 200 })
  const [first = 0] = branch.productIds
  const { page, stock, waitForState } = await tablet('/')
  const press = (key: string) => page.keyboard.press(key)
  const focused = page.locator(':focus')
  const openMenu = async () => {
    await tabTo(page, page.getByTestId('menu'))
    await press('Enter')
  }

  await test.step('enrol', async () => {
    await tabTo(page, page.getByRole('textbox', { name: words.enrol.code }))
    await page.keyboard.type(await admin.pairingCode(branch))
    await press('Enter')
    await waitForState('live')
    await expect(stock(first)).toHaveText('101')
  })

  await test.step('the first tab stop leads past the header', async () => {
    await page.reload()
    await waitForState('live')
    await press('Tab')
    await expect(focused).toHaveText(words.app.skip)
    await expect(focused).toBeInViewport()
    await press('Enter')
    await expect(page.getByRole('main')).toBeFocused()
  })

  await test.step('search with /, leave it with the arrow, walk the rows', async () => {
    await press('/')
    await expect(page.getByRole('searchbox')).toBeFocused()
    await page.keyboard.type('barang 001')
    await expect(page.getByText('111 produk')).toBeVisible()
    await press('ArrowDown')
    await expect(focused).toContainText('Barang 00001')
    await press('ArrowDown')
    await press('ArrowDown')
    await expect(focused).toContainText('Barang 00011')
    await press('ArrowUp')
    await expect(focused).toContainText('Barang 00010')
    await press('PageDown')
    await expect(focused).not.toContainText('Barang 00010')
    await expect(focused).toBeInViewport()
    await press('End')
    await expect(focused).toContainText('Barang 00199')
    await expect(focused).toBeInViewport()
    await press('Home')
    await expect(focused).toContainText('Barang 00001')
    await press('ArrowDown')
  })

  await test.step('open and close a product; the focus comes back to its row', async () => {
    await press('Enter')
    const detail = page.getByTestId('stock-detail')
    await expect(detail.getByRole('heading', { name: 'Barang 00010' })).toBeFocused()
    await press('Escape')
    await expect(detail).toHaveCount(0)
    await expect(focused).toContainText('Barang 00010')
    await press(' ')
    await expect(detail.getByRole('heading', { name: 'Barang 00010' })).toBeFocused()
    await tabTo(page, detail.getByRole('button', { name: words.app.close }))
    await press('Enter')
    await expect(detail).toHaveCount(0)
    await expect(focused).toContainText('Barang 00010')
  })

  await test.step('Escape empties the search, categories and order answer to keys', async () => {
    await press('/')
    await press('Escape')
    await expect(page.getByText('200 produk')).toBeVisible()
    await tabTo(page, page.getByRole('button', { name: 'Minuman' }))
    await press('Enter')
    await expect(page.getByRole('button', { name: 'Minuman' })).toHaveAttribute('aria-pressed', 'true')
    await expect(page.getByText('50 produk')).toBeVisible()
    await press('/')
    await tabTo(page, page.getByRole('radio', { name: words.stock.sortName }))
    await press('ArrowRight')
    await expect(page.getByRole('radio', { name: words.stock.sortPrice })).toBeChecked()
  })

  await test.step('settings: a choice by arrow keys, a dialog that keeps and gives back the focus', async () => {
    await openMenu()
    await tabTo(page, page.getByRole('link', { name: words.nav.settings }))
    await press('Enter')
    await expect(page.getByRole('heading', { name: words.settings.title })).toBeVisible()
    await tabTo(page, page.getByRole('radio', { name: words.settings.themeAuto }))
    await press('ArrowRight')
    await expect(page.locator('html')).toHaveAttribute('data-theme', 'light')
    const remove = page.getByRole('button', { name: words.settings.remove })
    await tabTo(page, remove)
    await press('Enter')
    const dialog = page.getByRole('dialog', { name: words.settings.removeTitle })
    await expect(dialog).toBeVisible()
    for (let step = 0; step < 4; step += 1) {
      await press('Tab')
      // A modal dialog: the page behind it is out of reach (the browser's own bar is not).
      await expect(page.locator('main :focus, nav :focus').and(page.locator(':not(dialog *)'))).toHaveCount(0)
    }
    await press('Escape')
    await expect(dialog).toHaveCount(0)
    await expect(remove).toBeFocused()
  })

  await test.step('diagnostics', async () => {
    await openMenu()
    await tabTo(page, page.getByRole('link', { name: words.nav.diagnostics }))
    await press('Enter')
    await expect(page.getByRole('heading', { name: words.diagnostics.title })).toBeVisible()
    await tabTo(page, page.getByRole('button', { name: words.diagnostics.copy }))
    await openMenu()
    await press('Escape')
    await expect(page.getByTestId('menu')).toBeFocused()
    await press('Enter')
    await tabTo(page, page.getByRole('link', { name: words.nav.stock, exact: true }))
    await press('Enter')
    await expect(page.getByRole('searchbox')).toBeVisible()
  })
})

/** Presses Tab until the element has the focus, which must be to be seen wherever it stands on the way. */
async function tabTo(page: Page, target: Locator): Promise<void> {
  for (let step = 0; step < MOST_TABS; step += 1) {
    if (await target.evaluate((element) => element === document.activeElement)) {
      await expect(target).toBeInViewport()
      return
    }
    await page.keyboard.press('Tab')
  }
  throw new Error(`${MOST_TABS} times Tab did not reach ${target}`)
}
