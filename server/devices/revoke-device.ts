import type { FastifyBaseLogger } from 'fastify'
import type { Broker } from '../broker/broker.ts'
import type { Queryable } from '../database.ts'
import type { SecurityLog } from '../security/security-log.ts'
import { revokeDevice } from '../sql/devices.ts'

/**
 * Shuts a device out for good and ends its connection to the broker. REST refuses it from here on; `disconnected` false: the
 * broker could not be told, so it refuses the device only at its next connection, and calling again tells it. Null when there
 * is no such device.
 */
export async function shutDeviceOut(
  deps: {
    readonly db: Queryable
    readonly broker: Broker
    readonly log: FastifyBaseLogger
    readonly security: SecurityLog
  },
  deviceId: string,
): Promise<{ readonly disconnected: boolean } | null> {
  if (!(await revokeDevice(deps.db, deviceId))) return null
  let disconnected = true
  await deps.broker.revoke(deviceId).catch((error: unknown) => {
    disconnected = false
    deps.log.warn({ err: error, device_id: deviceId }, 'revoked, but the broker could not be told; call it again')
  })
  deps.security.note({ kind: 'device_revoked', deviceId })
  return { disconnected }
}
