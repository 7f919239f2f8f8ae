import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { onPage, onThaw, type PageEvent } from '../../../src/ui/page-life.ts'

const page = new EventTarget()
const shown = Object.assign(new EventTarget(), { visibilityState: 'visible' })
beforeEach(() => {
  vi.stubGlobal('window', page)
  vi.stubGlobal('document', shown)
})
afterEach(() => vi.unstubAllGlobals())

const happen = (target: EventTarget, type: string, fields: object = {}) =>
  target.dispatchEvent(Object.assign(new Event(type), fields))

it('names what becomes of the page, tells only what was asked for, and stops', () => {
  const told: PageEvent[] = []
  const stop = onPage(['shown', 'hidden', 'kept', 'restored', 'offline'], (event) => told.push(event))
  for (const visibilityState of ['hidden', 'visible']) {
    Object.assign(shown, { visibilityState })
    happen(shown, 'visibilitychange')
  }
  happen(page, 'pagehide', { persisted: false })
  happen(page, 'pagehide', { persisted: true })
  happen(page, 'pageshow', { persisted: true })
  happen(page, 'online')
  happen(page, 'offline')
  expect(told).toEqual(['hidden', 'shown', 'kept', 'restored', 'offline'])
  stop()
  happen(page, 'offline')
  expect(told).toHaveLength(5)
})

it('a page thaws when it was frozen or kept, not when it is loaded', () => {
  let thaws = 0
  const stop = onThaw(() => {
    thaws += 1
  })
  happen(page, 'pageshow', { persisted: false })
  expect(thaws).toBe(0)
  happen(shown, 'resume')
  happen(page, 'pageshow', { persisted: true })
  expect(thaws).toBe(2)
  stop()
})
