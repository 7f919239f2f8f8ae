import { describe, expect, test } from 'vitest'
import { isFaultOfSetUp, isFaultOfValue, isRefusedRow, isTaken } from '../../../server/database/fault.ts'
import { toApiError } from '../../../server/http/answer-error.ts'

const failure = (code: string, constraint?: string) => Object.assign(new Error('of the database'), { code, constraint })

describe('an error of the database', () => {
  test.each([
    ['22003', undefined, 'value'],
    ['22P05', undefined, 'value'],
    ['2200H', undefined, 'set-up'],
    ['23502', 'extra', 'set-up'],
    ['23503', undefined, 'set-up'],
    ['23514', 'of_the_owner', 'set-up'],
    ['23505', 'transactions_pkey', 'set-up'],
    ['23505', 'changes_position', 'set-up'],
    ['23505', 'transactions_code', 'set-up'],
    ['23505', 'branches_code_key', 'taken'],
    ['23505', undefined, 'taken'],
    ['42P01', undefined, 'neither'],
    ['EPIPE', undefined, 'neither'],
  ])('%s on %s is told apart: %s', (code, constraint, whose) => {
    const error = failure(code, constraint)
    const told = { value: isFaultOfValue(error), 'set-up': isFaultOfSetUp(error), taken: isTaken(error) }
    const named = Object.entries(told).flatMap(([name, holds]) => (holds ? [name] : []))
    expect(named).toEqual(whose === 'neither' ? [] : [whose])
  })

  test.each([
    ['22003', undefined, true],
    ['23505', 'owners_own', true],
    ['23514', 'owners_own', true],
    ['23505', 'products_pkey', false],
    ['23503', undefined, false],
    ['2200H', undefined, false],
    ['P0001', undefined, false],
  ])('%s on %s ends an import of products: %s', (code, constraint, ends) => {
    expect(isRefusedRow(failure(code, constraint))).toBe(ends)
  })

  test.each([
    ['22003', undefined, 400, 'invalid_request'],
    ['23505', 'branches_code_key', 409, 'conflict'],
    ['23505', 'devices_pkey', 503, 'unavailable'],
    ['23503', undefined, 503, 'unavailable'],
    ['23514', 'owners_own', 503, 'unavailable'],
    ['2200H', undefined, 503, 'unavailable'],
  ])('%s on %s is answered as what it is: %i %s', (code, constraint, status, kind) => {
    expect(toApiError(failure(code, constraint))).toMatchObject({ status, kind })
  })
})
