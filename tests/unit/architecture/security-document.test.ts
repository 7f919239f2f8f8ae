import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'

const ROOT = join(import.meta.dirname, '../../..')

it('docs/security.md names tests that are there', () => {
  const text = readFileSync(join(ROOT, 'docs/security.md'), 'utf8')
  const files = [...text.matchAll(/`((?:tests|e2e|deploy)\/[^`]+)`/g)].map(([, file = '']) => file)
  expect(files.length).toBeGreaterThan(40)
  expect(files.filter((file) => !existsSync(join(ROOT, file)))).toEqual([])
})
