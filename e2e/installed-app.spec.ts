/** The app as a tablet installs it: manifest, service worker, and updates that wait for the person. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import * as v from 'valibot'
import { expect, test } from './support/fixtures.ts'
import { createFrontServer } from './support/front-server.ts'
import { findUpdate } from './support/service-workers.ts'
import { words } from './support/words.ts'

const manifestSchema = v.object({
  id: v.string(),
  name: v.literal('MStore Counter'),
  start_url: v.string(),
  display: v.literal('standalone'),
  icons: v.array(v.object({ src: v.string(), sizes: v.string(), purpose: v.string() })),
  shortcuts: v.array(v.object({ name: v.string(), url: v.string() })),
})

test('the browser finds nothing in the way of installing it; the manifest is complete', async ({
  playwright,
  network,
  pageErrors,
}, { project }) => {
  // A private window cannot install anything.
  const profile = await mkdtemp(join(tmpdir(), 'mstore-profile-'))
  const context = await playwright.chromium.launchPersistentContext(profile, project.use.launchOptions)
  try {
    pageErrors.watch(context)
    const page = await context.newPage()
    await page.goto(network.origin)
    await page.evaluate(async () => void (await navigator.serviceWorker.ready))
    const session = await context.newCDPSession(page)
    const { installabilityErrors } = await session.send('Page.getInstallabilityErrors')
    expect(installabilityErrors).toEqual([])
    const { url, errors, data } = await session.send('Page.getAppManifest')
    expect(errors).toEqual([])
    const manifest = v.parse(manifestSchema, JSON.parse(data ?? ''))
    expect(manifest.icons.map(({ purpose }) => purpose)).toEqual(expect.arrayContaining(['any', 'maskable']))
    for (const { src, sizes } of manifest.icons) {
      const size = await page.evaluate(async (address) => {
        const { width, height } = await createImageBitmap(await (await fetch(address)).blob())
        return `${width}x${height}`
      }, new URL(src, url).href)
      expect(size).toBe(sizes)
    }
    for (const shortcut of manifest.shortcuts) {
      expect((await page.goto(new URL(shortcut.url, url).href))?.status()).toBe(200)
    }
  } finally {
    await context.close()
    await rm(profile, { recursive: true, force: true })
  }
})

test('the service worker takes the page over at the first visit and serves the app from its cache', async ({
  admin,
  counter,
}) => {
  const { page } = await counter(await admin.makeBranch({ products: 1 }))
  await expect.poll(() => page.evaluate(() => navigator.serviceWorker.controller !== null)).toBe(true)
  const response = await page.reload()
  expect(response?.fromServiceWorker()).toBe(true)
  const script = await page.evaluate(() => document.querySelector('script[type=module]')?.getAttribute('src') ?? '')
  const cached = await page.evaluate(
    async (src) => (await caches.match(src, { ignoreSearch: true })) !== undefined,
    script,
  )
  expect(cached).toBe(true)
})

const scriptOf = (page: Page) =>
  page.evaluate(() => document.querySelector('script[type=module]')?.getAttribute('src') ?? '')

test('a new version is offered in words, waits, and is installed when the person says so', async ({
  browser,
  network,
  pageErrors,
}) => {
  const front = await createFrontServer(network.origin)
  const context = await browser.newContext()
  try {
    pageErrors.watch(context)
    const page = await context.newPage()
    let loads = 0
    page.on('load', () => {
      loads += 1
    })
    await page.goto(front.origin)
    await page.evaluate(async () => void (await navigator.serviceWorker.ready))
    await expect.poll(() => page.evaluate(() => navigator.serviceWorker.controller !== null)).toBe(true)
    expect(await scriptOf(page)).not.toContain('~2')

    front.publishUpdate()
    await findUpdate(page)
    await expect(page.getByText(words.update.ready)).toBeVisible()
    await page.getByRole('button', { name: words.app.later }).click()
    await expect(page.getByText(words.update.ready)).toHaveCount(0)
    expect(loads).toBe(1)

    // It is offered again at the next visit, and a reload alone does not install it.
    await page.reload()
    await expect(page.getByText(words.update.ready)).toBeVisible()
    expect(await page.evaluate(async () => (await navigator.serviceWorker.ready).waiting !== null)).toBe(true)
    await page.getByRole('button', { name: words.update.now }).click()
    await expect.poll(() => loads).toBe(3)
    await expect(page.getByRole('heading', { name: words.enrol.title })).toBeVisible()
    await expect(page.getByText(words.update.ready)).toHaveCount(0)
    expect(await page.evaluate(async () => (await navigator.serviceWorker.ready).waiting)).toBeNull()
    expect(await scriptOf(page)).toContain('~2')
  } finally {
    await context.close()
    await front.close()
  }
})
