import { afterEach, expect, it, vi } from 'vitest'
import { keep, keepJson, readKept, readKeptJson, TAB } from '../../../src/ui/kept.ts'

function createStorage(): Storage {
  const kept = new Map<string, string>()
  return {
    get length() {
      return kept.size
    },
    clear: () => kept.clear(),
    getItem: (key) => kept.get(key) ?? null,
    key: (index) => [...kept.keys()][index] ?? null,
    removeItem: (key) => void kept.delete(key),
    setItem: (key, value) => void kept.set(key, value),
  }
}

afterEach(() => vi.unstubAllGlobals())

it('keeps for the device and for the tab apart, and forgets what is null', () => {
  vi.stubGlobal('localStorage', createStorage())
  vi.stubGlobal('sessionStorage', createStorage())
  keep('a', 'device')
  keepJson('a', { of: 'tab' }, TAB)
  expect([readKept('a'), readKeptJson('a', TAB)]).toEqual(['device', { of: 'tab' }])
  keep('a', null, TAB)
  expect([readKept('a'), readKeptJson('a', TAB)]).toEqual(['device', null])
  expect(readKept('never')).toBeNull()
})

it('finds nothing where another version wrote no JSON', () => {
  vi.stubGlobal('localStorage', createStorage())
  keep('a', '{"half":')
  expect(readKeptJson('a')).toBeNull()
})

it('stops nobody where the browser keeps nothing, or has no room', () => {
  const blocked = () => {
    throw new DOMException('The operation is insecure', 'SecurityError')
  }
  vi.stubGlobal('localStorage', { getItem: blocked, setItem: blocked, removeItem: blocked })
  expect([readKept('a'), readKeptJson('a')]).toEqual([null, null])
  keep('a', 'x')
  keep('a', null)
  // A browser may refuse the storage itself.
  expect(readKept('a', blocked)).toBeNull()
  keepJson('a', 1, blocked)
})
