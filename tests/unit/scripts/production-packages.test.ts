import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readProductionPackages } from '../../../scripts/production-packages.ts'
import { ROOT } from '../../../scripts/run-tool.ts'

/** They ask for their text to be passed on at most. A new one is looked at by a person first. */
const KNOWN = [
  'MIT',
  'ISC',
  'Apache-2.0',
  'BSD-3-Clause',
  '0BSD',
  'OFL-1.1',
  'BlueOak-1.0.0',
  'Unlicense',
  '(MIT OR CC0-1.0)',
]

describe('packages that the product ships', () => {
  it('are those that are not for development alone, each version once', () => {
    const packages = {
      '': { version: '1.0.0' },
      'node_modules/b': { version: '2.0.0', license: 'MIT' },
      'node_modules/@a/c': { version: '1.0.0' },
      'node_modules/b/node_modules/@a/c': { version: '1.0.0' },
      'node_modules/tool': { version: '3.0.0', license: 'MIT', dev: true },
      'node_modules/link': { license: 'MIT' },
    }
    expect(readProductionPackages({ packages })).toEqual([
      { name: '@a/c', version: '1.0.0', license: null },
      { name: 'b', version: '2.0.0', license: 'MIT' },
    ])
  })

  it('all have a licence that is known', () => {
    const shipped = readProductionPackages(JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')))
    expect(shipped.length).toBeGreaterThan(100)
    expect(shipped.filter(({ license }) => !KNOWN.includes(license ?? ''))).toEqual([])
  })
})
