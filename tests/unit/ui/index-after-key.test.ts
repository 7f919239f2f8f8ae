import { describe, expect, it } from 'vitest'
import { indexAfterKey } from '../../../src/ui/index-after-key.ts'

describe('a key in a list', () => {
  const list = { count: 100, columns: 1, page: 8 }
  it.each([
    ['ArrowDown', 11],
    ['ArrowUp', 9],
    ['PageDown', 18],
    ['PageUp', 2],
    ['Home', 0],
    ['End', 99],
    // Beside a row there is none.
    ['ArrowLeft', null],
    ['ArrowRight', null],
    ['a', null],
  ])('%s leads from row 10 to %s', (key, expected) => {
    expect(indexAfterKey(key, 10, list)).toBe(expected)
  })
})

describe('a key in a grid', () => {
  const grid = { count: 100, columns: 4, page: 3 }
  it.each([
    ['ArrowDown', 14],
    ['ArrowUp', 6],
    ['ArrowRight', 11],
    ['ArrowLeft', 9],
    ['PageDown', 22],
    ['PageUp', -2],
    ['Home', 0],
    ['End', 99],
  ])('%s leads from tile 10 to %s', (key, expected) => {
    expect(indexAfterKey(key, 10, grid)).toBe(expected)
  })
})
