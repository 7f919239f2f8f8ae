import { type OpenShift, useOpenShift } from '../../../db/sales/shifts.ts'
import { useServices } from '../services.ts'

/** The shift that is open on this device, live in every tab. Undefined while loading, null: none is open. */
export function useCurrentShift(): OpenShift | null | undefined {
  return useOpenShift(useServices().salesDb)
}
