import { type Enrollment, enrollAnswerSchema, meAnswerSchema, PATHS } from '../contract/rest.ts'
import type { HttpLike } from './ports.ts'
import { readAnswer } from './read-answer.ts'

/** Exchanges a pairing code for this device's credentials. Rejects with HttpFailure, whose `kind` says why. */
export async function requestEnrollment(http: HttpLike, pairingCode: string, deviceName: string): Promise<Enrollment> {
  const answer = await http({
    method: 'POST',
    path: PATHS.enroll,
    body: { pairing_code: pairingCode, device_name: deviceName },
  })
  return readAnswer(enrollAnswerSchema, answer).data
}

/** This device as the server knows it now, with the token that it has. Rejects with HttpFailure. */
export async function requestProfile(http: HttpLike, device: Enrollment): Promise<Enrollment> {
  const answer = await http({ path: PATHS.me })
  return { ...readAnswer(meAnswerSchema, answer).data, device_secret_token: device.device_secret_token }
}
