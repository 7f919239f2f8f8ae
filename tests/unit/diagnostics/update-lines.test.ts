import { describe, expect, it } from 'vitest'
import type { AppliedUpdate } from '../../../src/db/journal/update-row.ts'
import { newestUpdates } from '../../../src/features/diagnostics/newest-updates.ts'
import { toUpdateFile } from '../../../src/features/diagnostics/update-lines.ts'

const line = (at: number, rest: Partial<AppliedUpdate> = {}): AppliedUpdate => ({
  event_type: 'stock_updated',
  product_id: 1386,
  latency_ms: 12,
  payload_size: 402,
  at,
  came: 'live',
  ...rest,
})

describe('[section 7] the log of updates on the screen', () => {
  it('shows what came and is not stored yet before what is stored, and nothing twice', () => {
    expect(newestUpdates([line(5), line(4)], [line(7), line(6), line(5), line(4)], 3).map(({ at }) => at)).toEqual([
      7, 6, 5,
    ])
  })

  it('a refresh that was stored at its end with earlier times makes no line show twice', () => {
    const refreshed = line(3, { event_type: 'stock', came: 'refreshed' })
    expect(newestUpdates([refreshed, line(5)], [line(6), line(5)], 100).map(({ at }) => at)).toEqual([6, 3, 5])
  })

  it('shows what this run remembers where the log can’t be read', () => {
    expect(newestUpdates(null, [line(2), line(1)], 100)).toEqual([line(2), line(1)])
  })
})

it('[section 7] the file of the log is an object a line, with the times as they are read', () => {
  const { fileName, text } = toUpdateFile([line(0), line(1_500, { came: 'refreshed', rows: 50_000 })], 'DEV-1', 2_000)
  expect(fileName).toBe('mstore-updates-DEV-1-19700101000002.jsonl')
  const read = text
    .trimEnd()
    .split('\n')
    .map((one): unknown => JSON.parse(one))
  expect(read).toEqual([
    { ...line(0), at: '1970-01-01T00:00:00.000Z' },
    { ...line(1_500), at: '1970-01-01T00:00:01.500Z', came: 'refreshed', rows: 50_000 },
  ])
  expect(toUpdateFile([], 'DEV-1', 0).text).toBe('')
})
