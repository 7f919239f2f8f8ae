import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { KEPT_KEYS } from '../../../src/features/shared/device/forget-shop.ts'
import { SHOP_KEYS } from '../../support/stored-keys.ts'

const ROOT = join(import.meta.dirname, '../../..')

/** A key that one is put together of more parts begins with. `…` stands for the rest. */
const SHOP = SHOP_KEYS.map((key) => key.replace(/^mstore-(receiving|stocktake)-DEV-1$/, 'mstore-…'))

/** Databases, caches, locks, channels, messages and files: not in the browser's storage of keys. */
const NO_KEYS = [
  'mstore-',
  'mstore-cache',
  'mstore-clean-up',
  'mstore-diagnostics',
  'mstore-earlier-build',
  'mstore-engine',
  'mstore-engine-…',
  'mstore-has-input',
  'mstore-is-attended',
  'mstore-journal',
  'mstore-leader',
  'mstore-history',
  'mstore-refresh',
  'mstore-sales',
  'mstore-send',
  'mstore-send-sales',
  'mstore-sender',
  'mstore-shift',
  'mstore-sign-ins',
  'mstore-status',
  'mstore-unsent-1',
  'mstore-unsent-…',
  'mstore-update',
  'mstore-updates-…',
]

const sources = globSync('src/**/*.{ts,tsx}', { cwd: ROOT }).map((file) => ({
  file: file.replaceAll('\\', '/'),
  text: readFileSync(join(ROOT, file), 'utf8'),
}))
const namesIn = (text: string) =>
  [...text.matchAll(/['"`](mstore-[^'"`$]*)(\$\{)?/g)].map(([, name = '', more]) => (more ? `${name}…` : name))

describe('what is kept beside the databases', () => {
  it('[Q12] is listed: it stays with the browser, or it is the shop’s and goes with the device', () => {
    const listed = new Set([...KEPT_KEYS, ...SHOP, ...NO_KEYS])
    const names = new Set(sources.flatMap(({ text }) => namesIn(text)))
    expect([...names].filter((name) => !listed.has(name))).toEqual([])
    expect([...listed].filter((name) => !names.has(name))).toEqual([])
  })

  it('[Q12] has a key that begins with the app’s name: what has another one would stay', () => {
    const writers = sources.filter(({ text }) => /\bkeep(?:Json)?\(\s*\w*key\b/i.test(text) && !text.includes('Place'))
    expect(writers.length).toBeGreaterThan(5)
    for (const { file, text } of writers) expect([file, namesIn(text).length]).not.toEqual([file, 0])
  })

  it('is written in one place, but for the language, which stands before everything else', () => {
    const past = sources.filter(({ text }) => /\b(?:local|session)Storage\b/.test(text)).map(({ file }) => file)
    expect(past.toSorted()).toEqual([
      'src/features/shared/device/forget-shop.ts',
      'src/i18n/language.ts',
      'src/ui/kept.ts',
    ])
  })
})
