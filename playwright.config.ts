import { defineConfig, devices } from '@playwright/test'
import { findHeadlessChromium } from './scripts/chromium.ts'

const chromium = findHeadlessChromium()

/** The browser suite. The product itself is started by the fixtures (e2e/support), on the broker that the environment names. */
export default defineConfig({
  testDir: 'e2e',
  testMatch: '**/*.spec.ts',
  // A server, a database, topics and a browser for each worker. Tests are dealt out one by one, so both end at nearly the same
  // time. A retry would hide what it is here to find.
  workers: 2,
  fullyParallel: true,
  retries: 0,
  forbidOnly: true,
  timeout: 120_000,
  // For a machine that is three times slower than the one that they were written on.
  expect: { timeout: 20_000 },
  outputDir: 'test-results',
  reporter: [
    ['list'],
    ['json', { outputFile: process.env.PLAYWRIGHT_JSON_OUTPUT_FILE ?? 'test-results/playwright.json' }],
  ],
  use: {
    ...devices['Desktop Chrome'],
    viewport: { width: 1280, height: 800 },
    locale: 'id-ID',
    timezoneId: 'Asia/Jakarta',
    actionTimeout: 20_000,
    navigationTimeout: 40_000,
    // The rest of a trace costs a quarter of a second for each tablet; `--trace retain-on-failure` records all of it.
    trace: { mode: 'retain-on-failure', screenshots: false, snapshots: false, sources: false },
    screenshot: 'only-on-failure',
    launchOptions: {
      ...(chromium === null ? {} : { executablePath: chromium }),
      args: [
        // Chromium's sandbox refuses to run as root (containers).
        ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        '--no-first-run',
      ],
    },
  },
})
