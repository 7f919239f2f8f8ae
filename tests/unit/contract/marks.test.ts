import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { MARK_KINDS, markRowSchema } from '../../../src/contract/review-reports.ts'

const ROW = {
  id: 1,
  kind: 'sum',
  operation_type: 'transaction',
  occurred_at: '2026-11-29T05:00:00.000Z',
  arrived_at: '2026-11-29T05:00:01.000Z',
  transaction_code: null,
  offline_id: '5f0a3a5e-6d8f-4e2f-9a46-0e5d3b0d7c11',
  device_name: null,
  staff_name: null,
  claimed: null,
  computed: null,
  claimed_at: null,
  named_staff_id: null,
}

describe('a mark', () => {
  it('of a kind that this app does not know is another one; a known one stays what it is', () => {
    expect(v.parse(markRowSchema, { ...ROW, kind: 'of_a_later_server' })).toEqual({ ...ROW, kind: 'other' })
    for (const kind of MARK_KINDS) expect(v.parse(markRowSchema, { ...ROW, kind }).kind).toBe(kind)
  })
})
