import { defineConfig } from '@playwright/test'
import suite from '../../playwright.config.ts'

/** `npm run e2e -- --config e2e/record/playwright.config.ts`: records what this version of the app keeps on a tablet. */
export default defineConfig(suite, { testDir: '.', testMatch: 'record-databases.ts', timeout: 170_000 })
