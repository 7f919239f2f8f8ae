/** How a tablet becomes a counter of a branch, and how it stops being one. */
import { expectAccessible, expectFits } from './support/accessibility.ts'
import { readEnrollment, readEverything } from './support/device-store.ts'
import { expect, test } from './support/fixtures.ts'
import { answered, NETWORK_ERRORS } from './support/page-errors.ts'
import { say, words } from './support/words.ts'

const codeField = { name: words.enrol.code }
const submit = { name: words.enrol.submit, exact: true }

test('wrong, used and expired codes each say which, typed or by link', async ({
  admin,
  sql,
  tablet,
  counter,
  pageErrors,
}) => {
  // Unknown, used and expired.
  pageErrors.allow(answered(404, 409, 410))
  const branch = await admin.makeBranch({ products: 2 })
  const used = await admin.pairingCode(branch)
  const expired = await admin.pairingCode(branch)
  await sql.query(
    `UPDATE pairing_codes SET expires_at = now() - interval '1 second' WHERE code = regexp_replace($1, '\\W', '', 'g')`,
    [expired],
  )
  const { waitForState } = await tablet(`/enrol#code=${used}`)
  await waitForState('live')

  const { page } = await tablet('/')
  const field = page.getByRole('textbox', codeField)
  for (const [code, message] of [
    ['ZZZZ-ZZZZ', words.enrol.errorUnknown],
    [used, words.enrol.errorUsed],
    [expired, words.enrol.errorExpired],
  ] as const) {
    await field.fill(code)
    await page.getByRole('button', submit).click()
    await expect(page.getByText(message)).toBeVisible()
    await expect(field).toHaveAccessibleDescription(literally(message))
  }
  await field.fill('7K3')
  await expect(page.getByText(words.enrol.errorExpired)).toHaveCount(0)
  await page.getByRole('button', submit).click()
  await expect(page.getByText(say(words.enrol.codeShort, { count: 3 }))).toBeVisible()
  await field.fill('7K3M-9UU!')
  await page.getByRole('button', submit).click()
  await expect(page.getByText(say(words.enrol.codeInvalid, { characters: 'U !' }))).toBeVisible()

  const byLink = await tablet(`/enrol#code=${used}`)
  await expect(byLink.page.getByText(words.enrol.errorUsed)).toBeVisible()
  await counter(branch)
})

test('a code typed in small letters, with blanks and look-alikes, enrols under the given name', async ({
  admin,
  sql,
  tablet,
}) => {
  const branch = await admin.makeBranch({ products: 2 })
  const { page, waitForState } = await tablet('/')
  const code = (await admin.pairingCode(branch)).replace('-', '')
  const typed = `${code.slice(0, 4)} - ${code.slice(4)}`.toLowerCase().replaceAll('1', 'l').replaceAll('0', 'o')
  await page.getByRole('textbox', codeField).pressSequentially(typed)
  await expect(page.getByRole('textbox', codeField)).toHaveValue(`${code.slice(0, 4)}-${code.slice(4)}`)
  await page.getByRole('textbox', { name: words.enrol.name }).fill('Kasir depan')
  await page.getByRole('button', submit).click()
  await waitForState('live')
  const { device_id: id } = await readEnrollment(page)
  const [device] = await sql.query<{ name: string }>('SELECT name FROM devices WHERE id = $1', [id])
  expect(device?.name).toBe('Kasir depan')
})

test('a link on an enrolled tablet asks before it replaces the branch', async ({ admin, sql, counter, network }) => {
  const branch = await admin.makeBranch({ products: 2 })
  const next = await admin.makeBranch({ products: 3 })
  const { page, stock, waitForState } = await counter(branch)
  const [first = 0] = branch.productIds
  const [nextFirst = 0] = next.productIds
  const open = async () => {
    await page.goto('about:blank')
    await page.goto(`${network.origin}/enrol#code=${await admin.pairingCode(next)}`)
  }

  await open()
  const dialog = page.getByRole('dialog', { name: words.enrol.replaceTitle })
  await expect(dialog).toBeVisible()
  await dialog.getByRole('button', { name: words.app.cancel }).click()
  await page.getByTestId('menu').click()
  await page.locator('dialog nav a[href="/"]').click()
  await expect(stock(first)).toHaveText('101')

  await open()
  await dialog.getByRole('button', { name: words.enrol.replaceConfirm }).click()
  await expect(stock(nextFirst)).toHaveText('101')
  await expect(stock(first)).toHaveCount(0)
  await waitForState('live')
  await sql.query('UPDATE products SET stock = 5 WHERE id = ANY ($1)', [[first, nextFirst]])
  await expect(stock(nextFirst)).toHaveText('5')
  await expect(stock(first)).toHaveCount(0)
})

test('without a barcode reader in the browser there is no camera button', async ({ tablet }) => {
  const { page } = await tablet('/', {
    prepare: (context) =>
      context.addInitScript(() => {
        Reflect.deleteProperty(window, 'BarcodeDetector')
      }),
  })
  await expect(page.getByRole('button', submit)).toBeVisible()
  await expect(page.getByRole('button', { name: words.enrol.scan })).toHaveCount(0)
})

test('with a barcode reader the camera reads the link’s QR code and enrols', async ({ admin, tablet, network }) => {
  const branch = await admin.makeBranch({ products: 2 })
  const link = `${network.origin}/enrol#code=${await admin.pairingCode(branch)}`
  const { page, waitForState } = await tablet('/', {
    prepare: (context) =>
      context.addInitScript((text) => {
        if (!isSecureContext) return
        // Headless Chromium on Linux has neither a camera nor a reader: first another shop's code comes into view, then ours.
        const seen = ['https://example.com/menu', text]
        class BarcodeDetector {
          static getSupportedFormats = async () => ['qr_code']
          detect = async () => [{ rawValue: seen.length > 1 ? (seen.shift() ?? text) : text }]
        }
        Object.assign(window, { BarcodeDetector })
        Object.assign(navigator.mediaDevices, {
          enumerateDevices: async () => [{ kind: 'videoinput' }],
          getUserMedia: async () => document.createElement('canvas').captureStream(),
        })
      }, link),
  })
  await page.getByRole('button', { name: words.enrol.scan }).click()
  await waitForState('live')
  await expect(page.getByText('2 produk')).toBeVisible()
})

test('a camera that is not allowed is told in words', async ({ tablet }) => {
  const { page } = await tablet('/', {
    prepare: (context) =>
      context.addInitScript(() => {
        if (!isSecureContext) return
        Object.assign(window, { BarcodeDetector: { getSupportedFormats: async () => ['qr_code'] } })
        Object.assign(navigator.mediaDevices, {
          enumerateDevices: async () => [{ kind: 'videoinput' }],
          getUserMedia: async () => {
            throw new DOMException('denied', 'NotAllowedError')
          },
        })
      }),
  })
  await page.getByRole('button', { name: words.enrol.scan }).click()
  await expect(page.getByRole('dialog', { name: words.enrol.scanTitle })).toContainText(words.enrol.scanDenied)
  await page.keyboard.press('Escape')
  await expect(page.getByRole('dialog')).toHaveCount(0)
})

test('[Q12] a revoked tablet forgets the shop, says so, and is enrolled again from there @stack', async ({
  admin,
  counter,
  pageErrors,
}) => {
  pageErrors.allow(NETWORK_ERRORS)
  pageErrors.allow(answered(401))
  const branch = await admin.makeBranch({ products: 2 })
  const [first = 0] = branch.productIds
  const { page, stock, waitForState } = await counter(branch)
  const second = await page.context().newPage()
  await second.goto(page.url())
  await expect(second.getByTestId(`stock-${first}`)).toHaveText('101')
  const { device_id: id } = await readEnrollment(page)
  await admin.call('POST', `/api/v1/admin/device/${id}/revoke`)
  for (const tab of [page, second]) {
    await expect(tab.getByText(words.enrol.revokedTitle)).toBeVisible({ timeout: 20_000 })
    await expect(tab.getByRole('button', { name: words.unsent.export })).toHaveCount(0)
  }
  await expectFits(page)
  await expectAccessible(page)
  expect(await readEverything(page)).not.toMatch(/Barang|pbkdf2|device_secret_token|mqtt_password|"pin_hash"/)

  await page.reload()
  await expect(page.getByText(words.enrol.revokedTitle)).toBeVisible()
  await page.getByRole('textbox', codeField).fill(await admin.pairingCode(branch))
  await page.getByRole('button', submit).click()
  await waitForState('live')
  await expect(stock(first)).toHaveText('101')
  await expect(page.getByText(words.enrol.revokedTitle)).toHaveCount(0)
})

function literally(text: string): RegExp {
  return new RegExp(text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'))
}
