import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type BrowserContext, chromium, type Page } from '@playwright/test'
import playwrightConfig from '../../playwright.config.ts'
import { VIEWPORT } from '../stand.ts'

/** A browser's folder that outlives its processes: what a tablet keeps over night. */
export interface KeptBrowser {
  /** `work` in a browser process of its own, with `script` before everything in each page: nothing is warm but the disk. */
  run<T>(script: string, work: (page: Page, context: BrowserContext) => Promise<T>): Promise<T>
  remove(): Promise<void>
}

export async function createKeptBrowser(): Promise<KeptBrowser> {
  const folder = await mkdtemp(join(tmpdir(), 'mstore-bench-'))
  return {
    async run(script, work) {
      const context = await chromium.launchPersistentContext(folder, {
        ...playwrightConfig.use?.launchOptions,
        viewport: VIEWPORT,
        locale: 'id-ID',
      })
      try {
        await context.addInitScript({ content: script })
        return await work(context.pages()[0] ?? (await context.newPage()), context)
      } finally {
        await context.close()
      }
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  }
}
