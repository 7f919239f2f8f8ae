import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { putAwayWithPage } from '../../../src/app/page-cache.ts'
import type { LastingDb } from '../../../src/db/lasting-db.ts'

const page = new EventTarget()
const shown = new EventTarget()
beforeEach(() => {
  vi.stubGlobal('window', page)
  vi.stubGlobal('document', shown)
})
afterEach(() => vi.unstubAllGlobals())

it('[Q8][C9] a page in the back/forward cache, or frozen, gives up its transactions till it goes on', () => {
  const calls: string[] = []
  const database = { putAway: () => calls.push('away'), takeBack: () => calls.push('back') }
  putAwayWithPage([database as unknown as LastingDb])
  const turn = (target: EventTarget, type: string, fields: object = {}) =>
    target.dispatchEvent(Object.assign(new Event(type), fields))
  turn(shown, 'freeze')
  expect(calls.splice(0)).toEqual(['away'])
  turn(shown, 'resume')
  expect(calls.splice(0)).toEqual(['back'])
  // A page that is left for good does nothing any more.
  turn(page, 'pagehide', { persisted: false })
  expect(calls).toEqual([])
  turn(page, 'pagehide', { persisted: true })
  turn(page, 'pageshow', { persisted: true })
  expect(calls).toEqual(['away', 'back'])
})
