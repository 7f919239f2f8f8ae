import type { TFunction } from 'i18next'
import { HttpFailure } from '../../../sync/errors.ts'
import { notSaved } from '../session/failure-words.ts'

/** Each role's name and what it may do. */
export const ROLE_WORDS = {
  cashier: { name: 'people.roleCashier', text: 'people.roleCashierText' },
  supervisor: { name: 'people.roleSupervisor', text: 'people.roleSupervisorText' },
  owner: { name: 'people.roleOwner', text: 'people.roleOwnerText' },
} as const

/** Why a change of the staff did not happen, and what to do. */
export function staffProblem(error: unknown, t: TFunction): string {
  if (error instanceof HttpFailure && error.kind === 'pin_taken') return t('people.pinTaken')
  if (error instanceof HttpFailure && error.kind === 'pin_weak') return t('people.pinCommon')
  if (error instanceof HttpFailure && error.kind === 'last_owner') return t('people.lastOwner')
  return notSaved(error, t)
}
