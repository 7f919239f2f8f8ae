import type { BrokerConnection } from '../../src/contract/owner-people.ts'
import type { Broker } from '../broker/broker.ts'
import type { CausedLines } from '../caused-lines.ts'
import type { Database } from '../database.ts'
import type { SecurityLog } from '../security/security-log.ts'
import { settleShifts } from '../selling/booked-shift.ts'
import { revokeDevice } from '../sql/devices.ts'

/**
 * Shuts a device out for good and ends its connection to the broker. REST refuses it from here on, and so does the broker at its next
 * connection; what another device brought of its closings holds. `broker` tells what became of the open connection: after `not_told`
 * calling again tells it. Null when there is no such device.
 */
export async function shutDeviceOut(
  deps: {
    readonly db: Database
    readonly broker: Broker
    readonly lines: CausedLines
    readonly security: SecurityLog
  },
  deviceId: string,
): Promise<{ readonly broker: BrokerConnection } | null> {
  const revoked = await revokeDevice(deps.db, deviceId)
  if (!revoked) return null
  // By itself: nothing about a drawer may stand in the way of shutting a device out.
  await deps.db
    .transaction((tx) => settleShifts(tx, deviceId))
    .catch((error: unknown) =>
      deps.lines(
        'error',
        { err: error, device_id: deviceId },
        'revoked, but its shifts were not settled; call it again',
      ),
    )
  const broker = await deps.broker.revoke(deviceId).catch((error: unknown) => {
    deps.lines('warn', { err: error, device_id: deviceId }, 'revoked, but the broker could not be told; call it again')
    return 'not_told' as const
  })
  deps.lines('info', { device_id: deviceId, broker }, 'device revoked')
  deps.security.note({ kind: 'device_revoked', branchId: revoked.branchId, deviceId })
  return { broker }
}
