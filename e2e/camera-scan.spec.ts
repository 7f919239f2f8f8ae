/** The camera as a scanner, on a browser that reads no barcodes by itself. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from '@playwright/test'
import { barcodeFilm, withCheckDigit } from './support/barcode-film.ts'
import { addStaff, openShift, SARI, signIn } from './support/cashier.ts'
import { test } from './support/fixtures.ts'
import { say, words } from './support/words.ts'

test('the camera puts a product into the cart, by a reader that comes from this origin when it is needed', async ({
  admin,
  network,
  pageErrors,
  playwright,
}, { project }) => {
  const code = withCheckDigit('899408841039')
  const folder = await mkdtemp(join(tmpdir(), 'mstore-film-'))
  const film = join(folder, 'barcode.y4m')
  await writeFile(film, barcodeFilm(code))
  const { launchOptions } = project.use
  const browser = await playwright.chromium.launch({
    ...launchOptions,
    args: [
      ...(launchOptions?.args ?? []),
      '--use-fake-ui-for-media-stream',
      '--use-fake-device-for-media-stream',
      `--use-file-for-fake-video-capture=${film}`,
    ],
  })
  try {
    const branch = await admin.makeBranch({ products: 5 })
    await addStaff(admin, branch)
    const product = { branch_code: branch.branchCode, name: 'Susu kotak', price: 17_500, stock: 52, barcode: code }
    await admin.call('POST', '/api/v1/admin/product', product)

    // Whatever this browser has of its own is taken away, so that the one in the build is tried.
    const context = await browser.newContext({ locale: 'id-ID' })
    await context.addInitScript(() => Reflect.deleteProperty(window, 'BarcodeDetector'))
    pageErrors.watch(context)
    const page = await context.newPage()
    const readers: string[] = []
    page.on('request', (request) => {
      if (request.url().endsWith('.wasm')) readers.push(request.url())
    })
    await page.goto(`${network.origin}/enrol#code=${await admin.pairingCode(branch)}`)
    await expect(page.getByTestId('sync-state')).toHaveAttribute('data-state', 'live')
    await page.goto(`${network.origin}/sell`)
    await signIn(page, SARI.name, SARI.pin)
    await openShift(page, 100_000)
    await expect(page.locator('[data-product]').first()).toBeVisible()
    const loadedBefore = readers.length

    await page.getByRole('button', { name: words.sell.camera }).click()
    const dialog = page.getByRole('dialog', { name: words.sell.cameraTitle })
    await expect(dialog).toContainText(say(words.sell.cameraAdded, { name: 'Susu kotak' }), { timeout: 30_000 })
    expect(loadedBefore).toBe(0)
    expect(readers.length).toBeGreaterThan(0)
    expect(readers.every((url) => url.startsWith(network.origin))).toBe(true)
    await dialog.getByRole('button', { name: words.app.close }).click()
    await expect(page.getByTestId('cart-total')).toHaveText('Rp 17.500')
  } finally {
    await browser.close()
    await rm(folder, { recursive: true, force: true })
  }
})
