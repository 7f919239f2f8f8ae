import { type Enrollment, enrollAnswerSchema, meAnswerSchema, type PublicKey } from '../../contract/device.ts'
import { PATHS } from '../../contract/rest.ts'
import type { HttpLike } from '../ports.ts'
import { readAnswer } from '../read-answer.ts'

/**
 * Exchanges a pairing code for this device's credentials, bound to `publicKey` where there is one. Rejects with HttpFailure, whose
 * `kind` says why.
 */
export async function requestEnrollment(
  http: HttpLike,
  pairingCode: string,
  deviceName: string,
  publicKey: PublicKey | null,
): Promise<Enrollment> {
  const answer = await http({
    method: 'POST',
    path: PATHS.enroll,
    body: { pairing_code: pairingCode, device_name: deviceName, ...(publicKey ? { public_key: publicKey } : {}) },
  })
  return readAnswer(enrollAnswerSchema, answer).data
}

/** This device as the server knows it now, with the token that it has, and whether that is bound to a key. Rejects with HttpFailure. */
export async function requestProfile(
  http: HttpLike,
  device: Enrollment,
): Promise<{ readonly profile: Enrollment; readonly isKeyWanted: boolean }> {
  const { key_bound: isBound, ...profile } = readAnswer(meAnswerSchema, await http({ path: PATHS.me })).data
  return { profile: { ...profile, device_secret_token: device.device_secret_token }, isKeyWanted: isBound === false }
}

/** Binds the token of a device that was enrolled without a key. Rejects with HttpFailure. */
export async function bindKey(http: HttpLike, publicKey: PublicKey): Promise<void> {
  await http({ method: 'POST', path: PATHS.deviceKey, body: { public_key: publicKey } })
}
