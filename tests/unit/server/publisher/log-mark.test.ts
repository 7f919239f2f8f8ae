import { describe, expect, test } from 'vitest'
import { isTakenBack, readMark, signMark } from '../../../../server/publisher/log-mark.ts'

const CONTEXT = { key: 'only the server has it', epoch: 'life-1', branchId: 1 }
const POSITION = { seq: 120, writtenAt: '1764405000123456' }

describe('[S6] a mark', () => {
  test('[S6] proves the position that the server told in this life and branch, and no other', () => {
    const mark = signMark(CONTEXT, POSITION)
    expect(readMark(CONTEXT, mark)).toEqual(POSITION)
    expect(readMark({ ...CONTEXT, branchId: 2 }, mark)).toBe(null)
    expect(readMark({ ...CONTEXT, epoch: 'life-2' }, mark)).toBe(null)
    expect(readMark({ ...CONTEXT, key: 'a guess' }, mark)).toBe(null)
    expect(readMark(CONTEXT, mark.replace('120.', '121.'))).toBe(null)
    expect(readMark(CONTEXT, mark.replace('456.', '457.'))).toBe(null)
    expect(readMark(CONTEXT, `${mark.slice(0, -1)}${mark.endsWith('0') ? '1' : '0'}`)).toBe(null)
  })

  test.each([
    '',
    '120',
    '..',
    '120.1.zz',
    `1.2.${'0'.repeat(32)}`,
    `9e9.1.${'0'.repeat(32)}`,
    `${'9'.repeat(30)}.1.${'0'.repeat(32)}`,
  ])('[S6] is nothing that can be made up: %j', (text) => {
    expect(readMark(CONTEXT, text)).toBe(null)
  })

  test.each([
    ['the log is shorter', 119, null, true],
    ['the log goes on from there', 500, POSITION.writtenAt, false],
    ['the log stands there', 120, POSITION.writtenAt, false],
    ['something else was written there since', 500, '1764405999999999', true],
    ['what was there is not kept any more', 500, null, false],
  ])('[S6] contradicts a log that was taken back: %s', (_what, lastSeq, writtenAt, expected) => {
    expect(isTakenBack(POSITION, { lastSeq, writtenAt })).toBe(expected)
  })
})
