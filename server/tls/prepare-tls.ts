import { readFileSync } from 'node:fs'
import { hostname, networkInterfaces } from 'node:os'
import { join } from 'node:path'
import { createSecureContext } from 'node:tls'
import type { Config } from '../config.ts'
import { keepLocalTls, type LocalTls } from './local-ca.ts'
import { machineNames } from './machine-names.ts'

export interface PreparedTls {
  readonly cert: string
  readonly key: string
  /** Only of TLS=auto. */
  readonly localCa: (LocalTls['ca'] & Pick<LocalTls, 'leftOut' | 'isUnbounded'>) | null
}

/** Folder of the local CA inside DATA_DIR. */
export const TLS_FOLDER = 'tls'

/** Certificate and key as the configuration says; null for plain HTTP. Throws with one line for the operator. */
export async function prepareTls(
  config: Pick<Config, 'tls' | 'dataDir' | 'publicUrl'>,
  now: number,
): Promise<PreparedTls | null> {
  if (config.tls === 'off') return null
  if (config.tls !== 'auto') return { ...readOwnFiles(config.tls), localCa: null }
  const names = machineNames(hostname(), networkInterfaces())
  const publicName = config.publicUrl === undefined ? null : new URL(config.publicUrl).hostname.replace(/^\[|\]$/g, '')
  const all = publicName === null || names.includes(publicName) ? names : [...names, publicName]
  const { cert, key, ca, leftOut, isUnbounded } = await keepLocalTls(join(config.dataDir, TLS_FOLDER), all, now)
  return { cert, key, localCa: { ...ca, leftOut, isUnbounded } }
}

function readOwnFiles(files: { cert: string; key: string }): { cert: string; key: string } {
  const read = (variable: string, path: string): string => {
    try {
      return readFileSync(path, 'utf8')
    } catch (error) {
      throw new Error(`${variable}: ${path} cannot be read`, { cause: error })
    }
  }
  const pair = { cert: read('TLS_CERT', files.cert), key: read('TLS_KEY', files.key) }
  try {
    createSecureContext(pair)
  } catch (error) {
    throw new Error('TLS_CERT and TLS_KEY are not a PEM certificate and its key', { cause: error })
  }
  return pair
}
