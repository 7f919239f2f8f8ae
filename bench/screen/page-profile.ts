/** CPU profiles of what was measured, for whoever asks where the time goes. */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from '@playwright/test'

export interface Profiler {
  /** Runs `work` and writes the profile of the page's main thread as NAME.cpuprofile, which the browser's tools open. */
  record<T>(page: Page, name: string, work: () => Promise<T>): Promise<T>
}

const SAMPLE_EVERY_US = 200

/** Null: nothing is recorded, and `work` runs as it would without. */
export function createProfiler(folder: string | null): Profiler {
  if (folder === null) return { record: (_page, _name, work) => work() }
  return {
    async record(page, name, work) {
      await mkdir(folder, { recursive: true })
      const session = await page.context().newCDPSession(page)
      await session.send('Profiler.enable')
      await session.send('Profiler.setSamplingInterval', { interval: SAMPLE_EVERY_US })
      await session.send('Profiler.start')
      const result = await work()
      const { profile } = await session.send('Profiler.stop')
      await session.detach()
      await writeFile(join(folder, `${name}.cpuprofile`), JSON.stringify(profile))
      return result
    },
  }
}
