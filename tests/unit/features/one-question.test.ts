import { describe, expect, it } from 'vitest'
import { createQuestions, type Question } from '../../../src/features/shared/people/one-question.ts'

function setUp() {
  const shown: (Question<string, number> | null)[] = []
  const questions = createQuestions<string, number>((question) => shown.push(question))
  const current = (): Question<string, number> => {
    const question = shown.at(-1)
    if (!question) throw new Error('nothing is shown')
    return question
  }
  return { ...questions, shown, current }
}

describe('one question at a time', () => {
  it('is shown, answered and gone', async () => {
    const { ask, answer, current, shown } = setUp()
    const asked = ask('discount')
    expect(current().asked).toBe('discount')
    answer(current(), 7)
    expect(await asked).toBe(7)
    expect(shown.at(-1)).toBeNull()
  })

  it('that another one replaces is given up', async () => {
    const { ask, answer, current } = setUp()
    const first = ask('discount')
    const second = ask('void')
    expect(await first).toBeNull()
    answer(current(), 7)
    expect(await second).toBe(7)
  })

  it('given up and answered late closes no other, and answers none', async () => {
    const { ask, answer, current } = setUp()
    const first = ask('discount')
    const late = current()
    answer(late, null)
    const second = ask('void')
    answer(late, 7)
    expect(current().asked).toBe('void')
    answer(current(), 9)
    expect(await Promise.all([first, second])).toEqual([null, 9])
  })
})
