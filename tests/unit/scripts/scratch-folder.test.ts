import { describe, expect, test } from 'vitest'
import { hasRoom } from '../../../scripts/scratch-folder.ts'

const MB = 1024 ** 2

describe('temporary files of a run', () => {
  test('lie in memory where file system and machine both have room for them', () => {
    expect(hasRoom(12_000 * MB, 20_000 * MB)).toBe(true)
    expect(hasRoom(64 * MB, 20_000 * MB)).toBe(false)
    expect(hasRoom(12_000 * MB, 1_500 * MB)).toBe(false)
    expect(hasRoom(0, 20_000 * MB)).toBe(false)
  })
})
