/** What the built app makes a browser load. Pure: files are read by the caller. */
import { posix } from 'node:path'
import { gzipSync } from 'node:zlib'

/** Paths from the root of the build, without the slash before them, to a file's text. */
export type ReadBuilt = (path: string) => string

const IN_PAGE = /<(?:script[^>]*\ssrc|link[^>]*\shref)="\/([^"]+\.js)"/g
/** `import"./a.js"`, `import{b}from"./a.js"`; not `import("./a.js")`, which comes when it is asked for. */
const STATIC_IMPORT = /(?:\bfrom|\bimport)\s*["'](\.{1,2}\/[^"']+\.js)["']/g

/** Every script that must have arrived before the first line of the app runs, whatever the network and the machine do. */
export function scriptsOfStart(read: ReadBuilt): readonly string[] {
  const found = new Set<string>()
  const waiting = [...read('index.html').matchAll(IN_PAGE)].map(([, path]) => path ?? '')
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (found.has(path)) continue
    found.add(path)
    const folder = posix.dirname(path)
    for (const [, target] of read(path).matchAll(STATIC_IMPORT)) waiting.push(posix.join(folder, target ?? ''))
  }
  return [...found]
}

/** As a server would send them. NaN when there are none: then nothing was found out. */
export function gzipKilobytes(read: ReadBuilt, paths: readonly string[]): number {
  if (paths.length === 0) return Number.NaN
  return [...new Set(paths)].reduce((sum, path) => sum + gzipSync(read(path)).length, 0) / 1000
}
