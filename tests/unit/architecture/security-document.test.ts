import { existsSync, globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { isPartOf, titles } from '../../support/test-titles.ts'

const ROOT = join(import.meta.dirname, '../../..')
const read = (file: string) => readFileSync(join(ROOT, file), 'utf8')

/** What stands in quotes behind the name of a test's file is a title in it, or a part of one. */
function quotedTitles(text: string): { file: string; quote: string }[] {
  const named = text.replaceAll(/\s+/g, ' ').matchAll(/`((?:tests|e2e)\/[^`]+\.tsx?)`((?:,? (?:and )?"[^"]+")+)/g)
  return [...named].flatMap(([, file = '', quotes = '']) =>
    [...quotes.matchAll(/"([^"]+)"/g)].map(([, quote = '']) => ({ file, quote })),
  )
}

const DOCUMENTS = ['README.md', 'CONTRIBUTING.md', 'SECURITY.md', ...globSync('docs/*.md', { cwd: ROOT })]

it.each(DOCUMENTS)('%s names tests and files of deploy/ that are there', (document) => {
  const files = [...read(document).matchAll(/`((?:tests|e2e|deploy)\/[^`\s]+\.\w+)`/g)].map(([, file = '']) => file)
  if (document === 'docs/security.md') expect(files.length).toBeGreaterThan(40)
  expect(files.filter((file) => !existsSync(join(ROOT, file)))).toEqual([])
})

it.each(DOCUMENTS)('%s quotes titles that stand in the files it names with them', (document) => {
  const quoted = quotedTitles(read(document))
  const missing = quoted.filter(({ file, quote }) => !titles(read(file)).some(({ title }) => isPartOf(quote, title)))
  if (document === 'docs/security.md') expect(quoted.length).toBeGreaterThan(25)
  expect(missing).toEqual([])
})

it('docs/security.md has a section for everybody whom it protects from, a laptop and a broker too', () => {
  const text = read('docs/security.md')
  const table = text.match(/^\| who .*\n\| -.*\n((?:\|.*\n)+)/m)?.[1] ?? ''
  const who = [...table.matchAll(/^\| (.+?) *\|/gm)].map(([, name = '']) => name.toLowerCase())
  const sections = [...text.matchAll(/^## (.*)$/gm)].map(([, title = '']) => title.toLowerCase())
  const wanted = ['a neighbour on the wi-fi', 'a cashier', 'a thief of a tablet', 'another branch or merchant']
  expect(who).toEqual(expect.arrayContaining([...wanted, "the owner's laptop", 'the broker']))
  expect(who.filter((one) => !sections.includes(one))).toEqual([])
})
