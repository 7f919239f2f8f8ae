import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

const ROOT = join(import.meta.dirname, '../../..')

const filesWith = (pattern: string, text: RegExp) =>
  globSync(pattern, { cwd: ROOT })
    .filter((file) => text.test(withoutComments(readFileSync(join(ROOT, file), 'utf8'))))
    .sort()

function withoutComments(source: string): string {
  return source.replaceAll(/\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/.*$/gm, '')
}

describe('the environment has one reader on each side', () => {
  it('import.meta.env is read in src/app/config.ts only', () => {
    expect(filesWith('src/**/*.{ts,tsx}', /import\.meta\.env/)).toEqual(['src/app/config.ts'])
  })

  it('process.env is read in the entry points of the server only', () => {
    const entryPoints = ['server/main.ts', 'server/admin/main.ts']
    expect(filesWith('server/**/*.ts', /process\.env/).filter((file) => !entryPoints.includes(file))).toEqual([])
  })

  it('a topic is spelled nowhere: src/contract/topics.ts builds it from its levels', () => {
    expect(filesWith('{src,server}/**/*.{ts,tsx}', /\/updates\b/)).toEqual([])
  })
})
