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

describe('what has one place', () => {
  it('import.meta.env is read in src/app/config.ts only', () => {
    expect(filesWith('src/**/*.{ts,tsx}', /import\.meta\.env/)).toEqual(['src/app/config.ts'])
  })

  it('process.env is read in the entry points of the server only', () => {
    const entryPoints = ['server/main.ts', 'server/admin/main.ts']
    expect(filesWith('server/**/*.ts', /process\.env/).filter((file) => !entryPoints.includes(file))).toEqual([])
  })

  it('what a client causes is written by server/caused-lines.ts: an administrator alone may fill the log', () => {
    const requests = filesWith(
      'server/{routes,http,devices,selling,staff,reports,catalogue}/*.ts',
      /\blog\??\.(info|warn|error)\(/,
    )
    expect(requests).toEqual(['server/routes/admin-backup.ts'])
  })

  it('a topic is spelled nowhere: src/contract/topics.ts builds it from its levels', () => {
    expect(filesWith('{src,server}/**/*.{ts,tsx}', /\/updates\b/)).toEqual([])
  })
})
