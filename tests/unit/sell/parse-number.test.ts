import { expect, it } from 'vitest'
import { parsePercent, parseQuantity, parseRupiah } from '../../../src/features/sell/parse-number.ts'

it.each([
  ['3', 3],
  ['1,25', 1.25],
  ['1.25', 1.25],
  [' 0,5 ', 0.5],
  ['2,', 2],
  [',5', 0.5],
  ['-1', -1],
  ['', null],
  ['1,2,3', null],
  ['1e3', null],
  ['abc', null],
  ['Infinity', null],
] as const)('reads %j as a quantity of %s', (text, value) => expect(parseQuantity(text)).toBe(value))

it.each([
  ['5000', 5_000],
  ['Rp 1.234.567', 1_234_567],
  ['5 000', 5_000],
  ['-5', -5],
  ['', null],
  ['9999999999999999', null],
  ['5rb', null],
] as const)('reads %j as %s rupiah', (text, value) => expect(parseRupiah(text)).toBe(value))

it.each([
  ['10', 1_000],
  ['12,5%', 1_250],
  ['0,07', 7],
  ['0,001', null],
  ['x', null],
] as const)('reads %j as %s basis points', (text, value) => expect(parsePercent(text)).toBe(value))
