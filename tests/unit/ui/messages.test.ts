import { describe, expect, it } from 'vitest'
import { en } from '../../../src/i18n/messages/en.ts'
import { id } from '../../../src/i18n/messages/id.ts'

function texts(messages: object, path = ''): Map<string, string> {
  const found = new Map<string, string>()
  for (const [key, value] of Object.entries(messages)) {
    if (typeof value === 'string') found.set(path + key, value)
    else for (const [inner, text] of texts(value, `${path}${key}.`)) found.set(inner, text)
  }
  return found
}

const placeholders = (text: string): string[] => (text.match(/\{\{\w+\}\}/g) ?? []).sort()

describe('the two languages', () => {
  const indonesian = texts(id)
  const english = texts(en)

  it('say the same things', () => {
    expect([...english.keys()].sort()).toEqual([...indonesian.keys()].sort())
  })

  it.each([...indonesian.keys()])('%s is finished in both, with the same values in it', (key) => {
    const a = indonesian.get(key) ?? ''
    const b = english.get(key) ?? ''
    expect(a.trim()).not.toBe('')
    expect(b.trim()).not.toBe('')
    expect(placeholders(b)).toEqual(placeholders(a))
  })

  it('differ wherever there is a sentence', () => {
    const same = [...indonesian].filter(([key, text]) => text.length > 20 && english.get(key) === text)
    expect(same).toEqual([])
  })
})
