import { useTranslation } from 'react-i18next'
import type { OwnerSignInOutcome } from './owner-session.ts'

const MS_PER_MINUTE = 60_000

/** Why the owner is not in, in words; null: nothing was refused. */
export function useSignInProblem(attempt: { data: OwnerSignInOutcome | undefined; isError: boolean }): string | null {
  const { t } = useTranslation()
  const { data, isError } = attempt
  if (isError) return t('owner.errorServer')
  if (data === undefined || data.ok) return null
  switch (data.kind) {
    case 'pin_wrong':
      return t('owner.pinWrong')
    case 'pin_weak':
      return t('people.pinCommon')
    case 'pin_taken':
      return t('people.pinTaken')
    case 'too_many_requests':
      return t('owner.tooMany', { minutes: Math.max(1, Math.ceil((data.retryAfterMs ?? 0) / MS_PER_MINUTE)) })
    case 'not-owner':
      return t('owner.notOwner')
    case 'offline':
      return t('owner.errorOffline')
    default:
      return t('owner.errorServer')
  }
}
