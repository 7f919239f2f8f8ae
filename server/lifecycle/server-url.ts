import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const FILE = 'server.url'

/** Leaves word for the admin command where the server of this folder listens. */
export function writeServerUrl(dataDir: string, url: string): void {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  writeFileSync(join(dataDir, FILE), `${url}\n`)
}

/** Where the last server of this folder listened, or null. */
export function readServerUrl(dataDir: string): string | null {
  try {
    const url = readFileSync(join(dataDir, FILE), 'utf8').trim()
    return URL.canParse(url) ? url : null
  } catch {
    return null
  }
}
