import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { expect, it } from 'vitest'
import { startWords } from '../../../src/i18n/messages/id/start.ts'
import { id } from '../../../src/i18n/messages/id.ts'

const ROOT = join(import.meta.dirname, '../../../src')
/** `import { a } from './a.ts'`, `import './a.css'`; neither types nor `import('./a.ts')`. */
const STATIC_IMPORT = /^(?:import|export)\s(?!type\b)(?:[^'"()]*?\sfrom\s)?'(\.{1,2}\/[^']+\.tsx?)'/gm
const KEY = /['"`](\w+)\.\w+['"`]/g

/** The modules of the first script, by their path below src/. */
function firstScript(): readonly string[] {
  const found = new Set([join(ROOT, 'main.tsx')])
  for (const file of found) {
    for (const [, target] of readFileSync(file, 'utf8').matchAll(STATIC_IMPORT)) {
      const path = join(dirname(file), target ?? '')
      if (existsSync(path)) found.add(path)
    }
  }
  return [...found].map((file) => relative(ROOT, file))
}

it('the first script says only words that came with it', () => {
  const files = firstScript()
  expect(files).toContain('app/start-problem.tsx')
  expect(files).not.toContain('app/workplace.tsx')
  const later = files.flatMap((file) =>
    [...readFileSync(join(ROOT, file), 'utf8').matchAll(KEY)]
      .filter(([, group = '']) => group in id && !(group in startWords))
      .map(([key]) => `${file}: ${key}`),
  )
  expect(later).toEqual([])
})
