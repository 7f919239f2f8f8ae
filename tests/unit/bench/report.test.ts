import { describe, expect, test } from 'vitest'
import { markdownTable } from '../../../bench/report.ts'

describe('markdownTable', () => {
  test('sets numbers to the right and says what is missing', () => {
    expect(
      markdownTable(
        ['a', 'b'],
        [
          ['x', 1234.5],
          ['y', Number.NaN],
        ],
      ),
    ).toBe('| a | b |\n| --- | ---: |\n| x | 1,235 |\n| y | – |')
  })
})
