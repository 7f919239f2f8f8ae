import 'fake-indexeddb/auto'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { liveQuery } from '../../../src/db/live-query.ts'
import { SalesDb } from '../../../src/db/sales/sales-db.ts'
import { settle } from '../sync/fake-clock.ts'

let page: SalesDb
let other: SalesDb

beforeEach(async () => {
  // "Need to reopen db": Dexie says so.
  vi.spyOn(console, 'warn').mockImplementation(() => undefined)
  const name = `put-away-${Math.random()}`
  page = new SalesDb(name)
  other = new SalesDb(name)
  await page.open()
  await other.open()
})
afterEach(async () => {
  page.close()
  await other.delete()
})

/** A transaction that is under way until it is let go, as in a page that was stopped in the middle of it. */
function longWrite(db: SalesDb) {
  const run = { times: 0, isLetGo: false }
  const done = db.transaction('rw', db.meta, async () => {
    run.times += 1
    await db.meta.put({ key: 'session', value: null })
    while (!run.isLetGo) await db.meta.get('session')
  })
  return { run, done }
}

it('[C3, Q1] a page that is put away gives up what it is doing, and does it once more when it is back', async () => {
  const { run, done } = longWrite(page)
  await vi.waitFor(() => expect(run.times).toBe(1))
  page.putAway()
  // A stopped page hears of nothing before it goes on.
  page.takeBack()
  run.isLetGo = true
  await done
  expect(run.times).toBe(2)
  expect(await other.meta.get('session')).toBeDefined()
})

it('[C3] nothing that a page begins while it is put away holds a table', async () => {
  page.putAway()
  const { run, done } = longWrite(page)
  const outcome = done.then(
    () => 'written',
    () => 'given up',
  )
  await other.meta.put({ key: 'reference', value: { days: {} } })
  expect(await outcome).toBe('given up')
  page.takeBack()
  run.isLetGo = true
  await page.meta.put({ key: 'session', value: null })
  expect(await other.meta.get('session')).toBeDefined()
})

it('[V2] a live query that reads while its page is put away, however often, goes on when the page does', async () => {
  const keys: (readonly unknown[])[] = []
  const failures: unknown[] = []
  const query = liveQuery([page], () => page.meta.toCollection().keys())
  const following = query.subscribe(
    (found) => keys.push(found),
    (error) => failures.push(error),
  )
  await vi.waitFor(() => expect(keys).toEqual([[]]))
  page.putAway()
  const further = Array.from({ length: 5 }, () =>
    query.subscribe(
      (found) => keys.push(found),
      (error) => failures.push(error),
    ),
  )
  await other.meta.put({ key: 'session', value: null })
  await other.meta.put({ key: 'reference', value: { days: {} } })
  // As much as a slow device finds time for before it stops the page.
  await settle(500)
  page.takeBack()
  await vi.waitFor(() => expect(keys.filter((found) => found.length === 2).length).toBeGreaterThanOrEqual(6))
  expect(failures).toEqual([])
  for (const each of [following, ...further]) each.unsubscribe()
})
