import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { adminTokenFile } from '../lifecycle/admin-token.ts'
import { readServerUrl } from '../lifecycle/server-url.ts'
import { TLS_FOLDER } from '../tls/prepare-tls.ts'
import { type AdminClient, createAdminClient } from './admin-client.ts'
import { AdminError } from './admin-error.ts'

type Env = Readonly<Record<string, string | undefined>>

/**
 * Finds the server and the token as the server itself would: MSTORE_URL, else PORT, else what the server of this DATA_DIR
 * wrote down; ADMIN_TOKEN, else the file in DATA_DIR.
 */
export function connect(env: Env, connections: number): AdminClient {
  const dataDir = resolve(env.DATA_DIR || './data')
  const url = env.MSTORE_URL || localUrl(env) || readServerUrl(dataDir) || 'http://localhost:8080'
  if (!/^https?:\/\//.test(url) || !URL.canParse(url))
    throw new AdminError('MSTORE_URL takes an http:// or https:// address')
  return createAdminClient({
    baseUrl: new URL(url),
    token: env.ADMIN_TOKEN || readToken(dataDir),
    ca: readOptional(join(dataDir, TLS_FOLDER, 'ca.crt')),
    connections,
  })
}

function localUrl({ PORT, TLS, TLS_CERT }: Env): string | null {
  if (!PORT) return null
  return `${TLS === 'auto' || TLS_CERT ? 'https' : 'http'}://localhost:${PORT}`
}

function readToken(dataDir: string): string {
  const file = adminTokenFile(dataDir)
  const token = readOptional(file)?.trim()
  if (!token)
    throw new AdminError(
      `There is no admin token: set ADMIN_TOKEN, or DATA_DIR to the server's (${file} cannot be read)`,
    )
  return token
}

function readOptional(file: string): string | null {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return null
  }
}
