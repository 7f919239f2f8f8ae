/** What every bench has around it: a stand that is closed however it ends, and the machine's load before and after. */
import type { Browser } from '@playwright/test'
import { readLoadAverage } from './machine.ts'
import { launchBrowser, openStand, type Stand } from './stand.ts'

export interface BenchResult {
  readonly markdown: string
  /** Everything that was measured, for a file. */
  readonly data: unknown
  readonly isMet: boolean
}

export interface Found {
  /** What was measured and how, in whole sentences. */
  readonly intro: string
  /** In Markdown. */
  readonly table: string
  /** For a file, beside stand, options and load. */
  readonly data: object
  readonly isMet: boolean
}

/** Throws what the bench throws, and when something of the stand is missing. `readable`: see `openStand`. */
export async function runOnStand(
  options: object,
  measure: (stand: Stand) => Promise<Found>,
  readable = false,
): Promise<BenchResult> {
  const loadBefore = readLoadAverage()
  const stand = await openStand(process.env, readable)
  try {
    const { intro, table, data, isMet } = await measure(stand)
    const loadAfter = readLoadAverage()
    const { description } = stand
    const load = `Load average ${loadBefore.toFixed(2)} before, ${loadAfter.toFixed(2)} after.`
    return {
      markdown: `${description}. ${intro} ${load}\n\n${table}`,
      data: { description, options, loadBefore, loadAfter, ...data },
      isMet,
    }
  } finally {
    await stand.close()
  }
}

/** As `runOnStand`, with one browser for all of it. */
export function runInBrowser(
  options: object,
  measure: (stand: Stand, browser: Browser) => Promise<Found>,
): Promise<BenchResult> {
  return runOnStand(options, async (stand) => {
    const browser = await launchBrowser()
    try {
      return await measure(stand, browser)
    } finally {
      await browser.close()
    }
  })
}
