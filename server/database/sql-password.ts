/** The password that an SQL client is asked for before anything reaches the database. */
import { createHash, timingSafeEqual } from 'node:crypto'
import type { Frame } from './wire-protocol.ts'

/** AuthenticationCleartextPassword: it does not leave this machine. */
export const PASSWORD_REQUEST: Uint8Array = Uint8Array.from([0x52, 0, 0, 0, 8, 0, 0, 0, 3])
const PASSWORD_MESSAGE = 0x70
const FIELDS = ['SFATAL', 'VFATAL', 'C28P01', 'Mpassword authentication failed']

/** True when the message is the password. In constant time. */
export function isPassword(frame: Frame | undefined, password: string): boolean {
  if (frame?.kind !== 'message' || frame.bytes[0] !== PASSWORD_MESSAGE) return false
  // Type and length before it, a zero behind it.
  return timingSafeEqual(digest(frame.bytes.subarray(5, -1)), digest(Buffer.from(password)))
}

/** ErrorResponse `28P01`, as PostgreSQL answers a wrong password. */
export function passwordRefusal(): Uint8Array {
  const body = Buffer.from(`${FIELDS.join('\0')}\0\0`)
  const head = Buffer.alloc(5)
  head.write('E')
  head.writeInt32BE(body.length + 4, 1)
  return Buffer.concat([head, body])
}

function digest(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest()
}
