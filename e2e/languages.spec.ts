/** Indonesian first, English as finished; both, and the colours, are remembered. */
import { en } from '../src/i18n/messages/en.ts'
import { expect, test } from './support/fixtures.ts'
import { words } from './support/words.ts'

test('Indonesian is the default, whatever the browser speaks', async ({ tablet }) => {
  const { page } = await tablet('/', { locale: 'en-US' })
  await expect(page.getByRole('heading', { name: words.enrol.title })).toBeVisible()
  await expect(page.locator('html')).toHaveAttribute('lang', 'id')
})

test('English is chosen in the settings, at once and over a reload; numbers stay as Indonesia writes them', async ({
  admin,
  sql,
  counter,
}) => {
  const branch = await admin.makeBranch({ products: 3 })
  const [first = 0] = branch.productIds
  const { page, stock, syncState, open } = await counter(branch)
  await sql.query('UPDATE products SET stock = 1234.5, price = 1500000 WHERE id = $1', [first])
  await expect(stock(first)).toHaveText('1.234,5')
  await expect(syncState).toContainText(words.sync.live)
  await open('/settings')
  await page.getByRole('radio', { name: words.settings.languageEn }).check()
  await expect(page.getByRole('heading', { name: en.settings.title })).toBeVisible()
  await expect(page.locator('html')).toHaveAttribute('lang', 'en')
  await page.reload()
  await expect(page.getByRole('heading', { name: en.settings.title })).toBeVisible()
  await expect(page.locator('html')).toHaveAttribute('lang', 'en')
  await open('/')
  await expect(syncState).toContainText(en.sync.live)
  await expect(page.getByText('3 products')).toBeVisible()
  await expect(stock(first)).toHaveText('1.234,5')
  await expect(page.getByRole('row', { name: 'Barang 00001' })).toContainText('Rp 1.500.000')
  await open('/settings')
  await page.getByRole('radio', { name: en.settings.languageId }).check()
  await expect(page.getByRole('heading', { name: words.settings.title })).toBeVisible()
})

test('the colours that were chosen stand from the first paint after a reload', async ({ admin, counter }) => {
  const { page, open } = await counter(await admin.makeBranch({ products: 1 }), { colorScheme: 'light' })
  const theme = page.locator('html')
  await expect(theme).toHaveAttribute('data-theme', 'light')
  await open('/settings')
  await page.getByRole('radio', { name: words.settings.themeDark }).check()
  await expect(theme).toHaveAttribute('data-theme', 'dark')
  await page.addInitScript(() => {
    // What is set when the body begins is what is painted first.
    new MutationObserver((_changes, observer) => {
      if (document.body === null) return
      observer.disconnect()
      Object.assign(window, { firstTheme: document.documentElement.dataset.theme })
    }).observe(document, { childList: true, subtree: true })
  })
  await page.reload()
  await expect(theme).toHaveAttribute('data-theme', 'dark')
  expect(await page.evaluate(() => Reflect.get(window, 'firstTheme'))).toBe('dark')
  await page.getByRole('radio', { name: words.settings.themeContrast }).check()
  await expect(theme).toHaveAttribute('data-theme', 'contrast')
  await page.getByRole('radio', { name: words.settings.themeAuto }).check()
  await expect(theme).toHaveAttribute('data-theme', 'light')
  await page.emulateMedia({ colorScheme: 'dark' })
  await expect(theme).toHaveAttribute('data-theme', 'dark')
})
