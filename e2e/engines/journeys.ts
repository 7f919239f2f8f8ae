/** What a shop lives on, written once for every engine. Chromium has the whole suite; here stands the core of it. */
import { describe, expect } from 'vitest'
import { ROUTE_TABLE } from '../../src/app/route-table.ts'
import type { AdminClient, Branch } from '../support/admin-client.ts'
import { barsOf, withCheckDigit } from '../support/barcode-film.ts'
import { say, words } from '../support/words.ts'
import { button, heading, label, testId } from './screen.ts'
import { engineTest, type MakeEngine, type Tablet } from './shop.ts'

const SARI = { name: 'Sari', role: 'cashier', pin: '3816' } as const
const BUDI = { name: 'Budi', role: 'cashier', pin: '5274' } as const
/** "per 14.03", or "per 12 Nov, 14.03" once it is tomorrow. */
const AGE = /per (\d+ \p{L}+, )?\d\d\.\d\d/u

const LOADED = new RegExp(`^(?!${words.app.loading})`)

/** Barang 00001, 00002, … at 2,000, 3,000, …; 101, 102, … in stock. */
async function makeShop(admin: AdminClient): Promise<Branch> {
  const branch = await admin.makeBranch({ products: 30 })
  for (const member of [SARI, BUDI]) {
    await admin.call('POST', '/api/v1/admin/staff', { branch_code: branch.branchCode, ...member })
  }
  return branch
}

/** Signs Sari in and opens her shift. */
async function openTill({ screen, visit }: Tablet): Promise<void> {
  await visit('/shift')
  await screen.click(button(SARI.name))
  await screen.fill(label(words.signIn.enterPin.replace('{{name}}', SARI.name)), `${SARI.pin}\n`)
  await screen.fill(label(words.shift.openingCash), '500000')
  await screen.click(button(words.shift.openSubmit))
  await screen.see(testId('shift-sums'))
}

/** Puts one of each product into the cart, takes exact cash and stands at the receipt. Resolves to the sale's offline id. */
async function sell({ screen, driver, visit }: Tablet, productIds: readonly number[], total: number): Promise<string> {
  await visit('/sell')
  for (const id of productIds) await screen.click({ css: `[data-product="${id}"]` })
  await screen.readAttribute(testId('cart-total'), 'data-value', String(total))
  await screen.click(testId('pay'))
  await screen.click(button(words.pay.exact))
  await driver.type('\n')
  await screen.see(testId('receipt'))
  const path = await driver.evaluate(() => location.pathname, null)
  return path.replace('/receipt/', '')
}

/** Runs in the page: from then on it has a camera that looks at this barcode. */
function pretendCamera(bars: string): void {
  const canvas = document.createElement('canvas')
  canvas.width = 640
  canvas.height = 480
  const context = canvas.getContext('2d')
  if (!context) throw new Error('no canvas')
  const draw = () => {
    context.fillStyle = 'white'
    context.fillRect(0, 0, 640, 480)
    context.fillStyle = 'black'
    for (const [index, bar] of [...bars].entries()) if (bar === '1') context.fillRect(80 + index * 5, 120, 5, 240)
    requestAnimationFrame(draw)
  }
  draw()
  const camera = { kind: 'videoinput', deviceId: '', groupId: '', label: '' }
  Object.defineProperty(navigator, 'mediaDevices', {
    value: {
      enumerateDevices: () => Promise.resolve([camera]),
      getUserMedia: () => Promise.resolve(canvas.captureStream(10)),
    },
  })
}

const stock = (productId: number | undefined) => testId(`stock-${productId}`)

export function coreJourneys(name: string, makeEngine: MakeEngine): void {
  const test = engineTest(makeEngine)

  describe(name, () => {
    test('[C5, V1] a link enrols, the catalogue loads, and a change by SQL reaches the screen', async ({
      shop: { admin, sql },
      tablet,
    }) => {
      const branch = await makeShop(admin)
      const [first, second] = branch.productIds
      const { screen } = tablet
      await tablet.enrol(branch)
      await screen.read(stock(first), '101')
      await screen.read({ css: 'main' }, /30 produk/)
      await sql.query('UPDATE products SET stock = 7.5 WHERE id = $1', [first])
      await screen.read(stock(first), '7,5')
      await sql.query('UPDATE products SET stock = -2 WHERE id = $1', [second])
      await screen.read(stock(second), '-2')
      await tablet.expectEqualStock(branch)
    })

    test('[D3, C4] without a network a reload opens the stock from the cache; plugged in it catches up', async ({
      shop: { admin, sql },
      network: { cut, restore },
      tablet,
    }) => {
      const branch = await makeShop(admin)
      const [first, second] = branch.productIds
      const { screen } = tablet
      await tablet.enrol(branch)
      await screen.read(stock(first), '101')
      await cut()
      await tablet.waitForState('offline')
      await sql.query('UPDATE products SET stock = 999 WHERE id = $1', [second])
      await tablet.driver.reload()
      await tablet.waitForState('offline')
      await screen.read(stock(first), '101')
      await screen.read(stock(second), '102')
      await screen.read(testId('sync-state'), AGE)
      // A screen that was never open before is in the cache too.
      await tablet.visit('/settings')
      await screen.see(heading(words.settings.title))
      await tablet.waitForState('offline')
      await tablet.visit('/')
      await screen.read(stock(second), '102')
      await restore()
      await tablet.waitForState('live')
      await screen.read(stock(second), '999')
      await tablet.expectEqualStock(branch)
    })

    test('[Q1, Q2] a sale without a network outlives a killed browser and is on the server exactly once', async ({
      shop: { admin, sql },
      network: { cut, restore },
      tablet,
    }) => {
      const branch = await makeShop(admin)
      const [first = 0, second = 0] = branch.productIds
      const { screen, driver } = tablet
      await tablet.enrol(branch)
      await openTill(tablet)
      await cut()
      await tablet.waitForState('offline')
      const sale = await sell(tablet, [first, first, second], 7_000)
      await screen.see({ css: '[role="status"][data-state="waiting"]' })
      await driver.kill()

      await driver.start()
      await tablet.visit('/unsent')
      await screen.see(testId(`unsent-${sale}`))
      await screen.read(testId('pending-count'), '1')
      await tablet.visit('/')
      await screen.read(stock(first), '99')

      await restore()
      await tablet.waitForState('live')
      await screen.read(testId('pending-count'), '0')
      await tablet.expectEqualStock(branch)
      await screen.read(stock(first), '99')
      const onServer = await sql.query(
        'SELECT offline_id, status, grand_total FROM transactions WHERE branch_id = $1',
        [branch.id],
      )
      expect(onServer).toEqual([{ offline_id: sale, status: 'paid', grand_total: 7_000 }])
      const stocks = await sql.query('SELECT stock FROM products WHERE id = ANY($1) ORDER BY id', [[first, second]])
      expect(stocks).toEqual([{ stock: 99 }, { stock: 101 }])
    })

    test('[C9] the tab that was connected closes, and the other one shows the next change', async ({
      shop: { admin, sql, origin },
      tablet,
    }) => {
      const branch = await makeShop(admin)
      const [first] = branch.productIds
      const { screen, driver } = tablet
      await tablet.enrol(branch)
      await driver.openTab(origin)
      await tablet.waitForState('live')
      await screen.read(stock(first), '101')
      await driver.closeOtherTabs()
      await sql.query('UPDATE products SET stock = 55 WHERE id = $1', [first])
      await screen.read(stock(first), '55')
      await tablet.waitForState('live')
    })

    test('[C9, C3] a page from the back/forward cache is live again, and held up nobody meanwhile', async ({
      shop: { admin, sql },
      tablet,
    }) => {
      const branch = await makeShop(admin)
      const [first] = branch.productIds
      const { screen, driver } = tablet
      await tablet.enrol(branch)
      await tablet.visit('/settings')
      await tablet.waitForState('live')
      // Later than the answer to this call, which would be lost with the page.
      await driver.evaluate(() => void setTimeout(() => history.back()), null)
      await screen.read(stock(first), '101')
      await tablet.waitForState('live')
      await sql.query('UPDATE products SET stock = 66 WHERE id = $1', [first])
      await screen.read(stock(first), '66')
      await tablet.expectEqualStock(branch)
    })

    test('without a reader of barcodes of its own the camera scans by the one that this app brings', async ({
      shop: { admin },
      tablet,
    }) => {
      const code = withCheckDigit('899408841039')
      const branch = await makeShop(admin)
      const product = { branch_code: branch.branchCode, name: 'Susu kotak', price: 17_500, stock: 52, barcode: code }
      await admin.call('POST', '/api/v1/admin/product', product)
      const { screen, driver } = tablet
      await tablet.enrol(branch)
      await openTill(tablet)
      expect(await driver.evaluate(() => 'BarcodeDetector' in window, null)).toBe(false)
      await driver.evaluate(pretendCamera, barsOf(code))
      // By the menu: a load would bring the real camera back.
      await screen.click(testId('menu'))
      await screen.click({ css: 'dialog nav a[href="/sell"]' })
      await screen.click(button(words.sell.camera))
      await screen.read({ css: 'dialog[open] [role="status"]' }, say(words.sell.cameraAdded, { name: 'Susu kotak' }))
    })

    test('every screen opens in it, and none is wider than a phone', async ({ shop: { admin }, phone }) => {
      const { screen, driver } = phone
      await phone.enrol(await makeShop(admin))
      await openTill(phone)
      for (const { example } of ROUTE_TABLE) {
        await phone.visit(example)
        await screen.read({ css: 'h1, h2' }, LOADED)
        // Whatever the page loads on demand is there: Firefox writes an error when it is left before.
        await phone.waitForState('live')
        const widths = await driver.evaluate(() => [document.documentElement.scrollWidth, innerWidth], null)
        expect(widths, example).toEqual([390, 390])
      }
    })
  })
}
