import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { isPartOf, titles } from '../../support/test-titles.ts'

const ROOT = join(import.meta.dirname, '../../..')
const read = (file: string) => readFileSync(join(ROOT, file), 'utf8')

/** What stands in quotes behind the name of a test's file is a title in it, or a part of one. */
function quotedTitles(text: string): { file: string; quote: string }[] {
  const named = text.replaceAll(/\s+/g, ' ').matchAll(/`((?:tests|e2e)\/[^`]+\.tsx?)`((?: (?:and )?"[^"]+")+)/g)
  return [...named].flatMap(([, file = '', quotes = '']) =>
    [...quotes.matchAll(/"([^"]+)"/g)].map(([, quote = '']) => ({ file, quote })),
  )
}

it('docs/security.md names tests that are there', () => {
  const files = [...read('docs/security.md').matchAll(/`((?:tests|e2e|deploy)\/[^`]+)`/g)].map(([, file = '']) => file)
  expect(files.length).toBeGreaterThan(40)
  expect(files.filter((file) => !existsSync(join(ROOT, file)))).toEqual([])
})

it('docs/security.md quotes titles that stand in the files it names with them', () => {
  const quoted = quotedTitles(read('docs/security.md'))
  const missing = quoted.filter(({ file, quote }) => !titles(read(file)).some(({ title }) => isPartOf(quote, title)))
  expect(quoted.length).toBeGreaterThan(25)
  expect(missing).toEqual([])
})
