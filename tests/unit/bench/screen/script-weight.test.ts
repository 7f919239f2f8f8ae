import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { gzipKilobytes, type ReadBuilt, scriptsOfStart } from '../../../../bench/screen/script-weight.ts'

const FILES: Record<string, string> = {
  'index.html':
    '<script src="/assets/early.js"></script><script type="module" crossorigin src="/assets/app.js"></script><link rel="modulepreload" crossorigin href="/assets/react.js"><link rel="stylesheet" href="/assets/app.css">',
  'assets/early.js': 'document.title="x"',
  'assets/app.js':
    'import{a as b}from"./react.js";import"./store.js";const later=()=>import("./later.js");export*from"./words.js"',
  'assets/react.js': 'import{c}from"./store.js"',
  'assets/store.js': 'import{d}from"./app.js"',
  'assets/words.js': 'export const e=1',
  'assets/later.js': 'import"./react.js"',
}
const read: ReadBuilt = (path) => {
  const text = FILES[path]
  if (text === undefined) throw new Error(`There is no ${path}`)
  return text
}

describe('scriptsOfStart', () => {
  test('follows what is imported at once, in circles too, and not what comes when it is asked for', () => {
    expect([...scriptsOfStart(read)].sort()).toEqual(
      ['app', 'early', 'react', 'store', 'words'].map((name) => `assets/${name}.js`),
    )
  })
})

describe('gzipKilobytes', () => {
  test('counts each file once', () => {
    const size = gzipSync(FILES['assets/app.js'] ?? '').length / 1000
    expect(gzipKilobytes(read, ['assets/app.js', 'assets/app.js'])).toBeCloseTo(size)
  })

  test('of nothing is no number, so no aim is met by a page that did not load', () => {
    expect(gzipKilobytes(read, [])).toBeNaN()
  })
})
