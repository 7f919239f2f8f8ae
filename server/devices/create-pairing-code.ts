import { PAIRING_CODE_LENGTH } from '../../src/contract/device.ts'
import type { Queryable } from '../database.ts'
import { insertPairingCode } from '../sql/devices.ts'
import { generatePairingCode } from './pairing-code.ts'

const MAX_DRAWS = 5

export interface PairingCode {
  readonly code: string
  /** Opening it enrols the device. The code stands behind `#`: it reaches no server log and no proxy. */
  readonly link: string
  /** ISO 8601 in UTC. */
  readonly expiresAt: string
}

/** Stores a new one-time code for the branch, valid for `validMs`. */
export async function createPairingCode(
  deps: { db: Queryable; randomBytes: (size: number) => Uint8Array; clock: () => number; publicUrl: string },
  branchId: number,
  validMs: number,
): Promise<PairingCode> {
  const expiresAt = new Date(deps.clock() + validMs).toISOString()
  for (let draw = 0; draw < MAX_DRAWS; draw++) {
    const code = generatePairingCode(deps.randomBytes(PAIRING_CODE_LENGTH))
    if (await insertPairingCode(deps.db, { code, branchId, expiresAt })) {
      return { code, link: pairingLink(deps.publicUrl, code), expiresAt }
    }
  }
  throw new Error('No free pairing code was drawn')
}

export function pairingLink(origin: string, code: string): string {
  return `${origin}/enrol#code=${code}`
}
