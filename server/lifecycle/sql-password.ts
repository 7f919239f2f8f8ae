import { randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const PASSWORD_FILE = 'sql-password'
const URL_FILE = 'sql-url'

/** The kept password of the SQL port, or a new one, readable by its owner alone. */
export function keepSqlPassword(dataDir: string): string {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  const file = join(dataDir, PASSWORD_FILE)
  try {
    writeFileSync(file, `${randomBytes(24).toString('base64url')}\n`, { mode: 0o600, flag: 'wx' })
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
  }
  const password = readFileSync(file, 'utf8').trim()
  if (password === '') throw new Error(`${file} holds no password; remove it and start again`)
  return password
}

/** Leaves the address with the password for `psql "$(cat …)"`. Resolves to the file's path. */
export function writeSqlUrl(dataDir: string, port: number, password: string): string {
  const file = join(dataDir, URL_FILE)
  writeFileSync(file, `postgres://postgres:${encodeURIComponent(password)}@127.0.0.1:${port}/postgres\n`, {
    mode: 0o600,
  })
  return file
}
