/**
 * Asks the server who this device is, and on that occasion for all that it needs with brokers and keys. The tab that holds the connection
 * asks at its start and when the broker refuses it.
 */
import type { Enrollment } from '../../contract/device.ts'
import type { CacheDb } from '../../db/cache-db.ts'
import { saveProfile } from '../../db/device.ts'
import { dropSecretHashes } from '../../db/people.ts'
import { failureKind } from '../failure-kind.ts'
import type { ClockLike, FailureJournal, HttpLike, MqttPasswordLike } from '../ports.ts'
import { bindToKey } from './device-key.ts'
import { requestProfile } from './enrol.ts'
import { createMqttPassword } from './mqtt-password.ts'

export interface DeviceCheck {
  /** Several calls at once ask once. Rejects with HttpFailure, or as the database does. */
  check(): Promise<void>
  readonly password: MqttPasswordLike
  stop(): void
}

export function createDeviceCheck(deps: {
  readonly db: CacheDb
  readonly http: HttpLike
  readonly device: Enrollment
  readonly clock: ClockLike
  readonly journal: FailureJournal
}): DeviceCheck {
  const { db, http, device, journal } = deps
  const token = device.device_secret_token
  const password = createMqttPassword({ ...deps, token, askServer: check })
  let checking: Promise<void> | null = null

  function check(): Promise<void> {
    checking ??= askWhoThisIs().finally(() => {
      checking = null
    })
    return checking
  }

  async function askWhoThisIs(): Promise<void> {
    const { profile, isKeyWanted } = await requestProfile(http, device)
    try {
      // Do this before the profile is stored: a changed profile restarts everything here.
      await password.settle(profile.mqtt.own_password === true)
    } finally {
      await takeProfile(profile, isKeyWanted)
    }
  }

  async function takeProfile(profile: Enrollment, isKeyWanted: boolean): Promise<void> {
    await saveProfile(db, profile)
    // Do this only now that the server has answered: from now on it checks those PINs.
    await dropSecretHashes(db).catch((error: unknown) =>
      journal.note(failureKind(error, 'storage'), 'Dropping PIN hashes', error),
    )
    if (!isKeyWanted) return
    // If this fails, the token works as before, and the next check tries again.
    await bindToKey(db, http, token).catch((error: unknown) =>
      journal.note(failureKind(error, 'crash'), 'Binding the token', error),
    )
  }

  return { check, password, stop: password.stop }
}
