import { randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const FILE = 'admin-token'

/** Where the generated token lies; the admin command reads it there. */
export function adminTokenFile(dataDir: string): string {
  return join(dataDir, FILE)
}

/** The kept token, or a new one of 256 bits, readable by its owner alone. */
export function keepAdminToken(dataDir: string): string {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  const file = adminTokenFile(dataDir)
  try {
    // Two servers may start together on one folder when the database is elsewhere: only one of them creates the file.
    writeFileSync(file, `${randomBytes(32).toString('base64url')}\n`, { mode: 0o600, flag: 'wx' })
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
  }
  const token = readFileSync(file, 'utf8').trim()
  if (token.length < 16) throw new Error(`${file} holds no token; remove it and start again`)
  return token
}
