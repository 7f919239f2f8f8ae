import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { isPartOf, titles } from '../../support/test-titles.ts'

const ROOT = join(import.meta.dirname, '../../..')
const LIMIT = 100

const read = (file: string) => readFileSync(join(ROOT, file), 'utf8')

const tooLong = (source: string) =>
  titles(source).flatMap(({ title, line }) => (title.length < LIMIT ? [] : [`${line}: ${title} (${title.length})`]))

/** What the items `- Tests:` of a text quote, each with the file that was named last before it. */
function quotes(text: string): { file: string; quote: string }[] {
  const items = text.match(/^- Tests?: .*(?:\n {2}.*)*/gm) ?? []
  return items.flatMap((item) => {
    let file = ''
    return [...item.replaceAll(/\s+/g, ' ').matchAll(/`((?:tests|e2e)\/[^`]+\.tsx?)`|"([^"]+)"/g)].flatMap((match) => {
      file = match[1] ?? file
      return match[2] === undefined ? [] : [{ file, quote: match[2] }]
    })
  })
}

describe('a title of a test', () => {
  it('has fewer than 100 characters', () => {
    const files = globSync(['tests/**/*.{ts,tsx}', 'e2e/**/*.ts'], { cwd: ROOT }).sort()
    const found = files.flatMap((file) => tooLong(read(file)).map((at) => `${file}:${at}`))
    expect(files.length).toBeGreaterThan(200)
    expect(found).toEqual([])
  })

  it('is there in the file that docs/sync-rules.md quotes it from', () => {
    const quoted = quotes(read('docs/sync-rules.md'))
    const missing = quoted.filter(({ file, quote }) => !titles(read(file)).some(({ title }) => isPartOf(quote, title)))
    expect(quoted.length).toBeGreaterThan(100)
    expect(missing).toEqual([])
  })
})
