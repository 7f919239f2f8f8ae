/** A shift's opening and closing, and cash put into the drawer or taken out of it. */
import type { DeviceProfile } from '../../contract/device.ts'
import { commonFields, type Recorder } from './recorder.ts'
import { isoTime } from './sale-content.ts'
import type { Actor, Sales } from './sales.ts'

export function createShiftCommands(
  { record }: Recorder,
  newId: () => string,
): Pick<Sales, 'openShift' | 'closeShift' | 'moveCash'> {
  return {
    openShift: (openingCash, actor) =>
      record((device, at) => {
        const offlineId = newId()
        return {
          ...commonFields(device, at, actor),
          offlineId,
          shift: offlineId,
          content: () => ({
            type: 'shift',
            shift: {
              action: 'open',
              ...shiftFields(device, at, actor, offlineId, offlineId),
              opening_cash: openingCash,
            },
          }),
          about: '',
          deltas: new Map(),
        }
      }),

    closeShift: (closing, actor) =>
      record((device, at) => {
        const offlineId = newId()
        return {
          ...commonFields(device, at, actor),
          offlineId,
          shift: closing.shiftId,
          content: () => ({
            type: 'shift',
            shift: {
              action: 'close',
              ...shiftFields(device, at, actor, offlineId, closing.shiftId),
              counted_cash: closing.countedCash,
              expected_cash: closing.expectedCash,
              totals: [...closing.totals],
              unsent_count: closing.unsentCount,
              note: closing.note,
            },
          }),
          about: closing.shiftId,
          deltas: new Map(),
        }
      }),

    moveCash: ({ movementId, ...movement }, actor) =>
      record((device, at) => ({
        ...commonFields(device, at, actor),
        offlineId: movementId,
        content: () => ({
          type: 'cash_movement',
          movement: {
            offline_id: movementId,
            shift_offline_id: actor.shiftId ?? movementId,
            ...movement,
            staff_id: actor.staffId,
            approved_by: actor.approvedBy,
            device_id: device.device_id,
            created_at_device: isoTime(at),
          },
        }),
        about: actor.shiftId ?? '',
        deltas: new Map(),
      })),
  }
}

function shiftFields(device: DeviceProfile, at: number, actor: Actor, offlineId: string, shiftId: string) {
  return {
    offline_id: offlineId,
    shift_offline_id: shiftId,
    staff_id: actor.staffId,
    staff_name: actor.staffName,
    device_id: device.device_id,
    created_at_device: isoTime(at),
  }
}
