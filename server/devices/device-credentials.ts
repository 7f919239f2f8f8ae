const TOKEN_BYTES = 32

/** `DEV-` and eight hexadecimal digits, out of four random bytes. Uniqueness is the database's to keep. */
export function formatDeviceId(randomBytes: Uint8Array): string {
  return `DEV-${Buffer.from(randomBytes.subarray(0, 4)).toString('hex').toUpperCase()}`
}

/** The secret that a device keeps: 256 random bits as 43 characters. Throws RangeError when given fewer bytes. */
export function formatDeviceToken(randomBytes: Uint8Array): string {
  if (randomBytes.length < TOKEN_BYTES) throw new RangeError(`needs ${TOKEN_BYTES} random bytes`)
  return Buffer.from(randomBytes.subarray(0, TOKEN_BYTES)).toString('base64url')
}
