import { useTranslation } from 'react-i18next'
import { HttpFailure } from '../../../sync/errors.ts'

/** What went wrong with an owner's request, what is safe, and what to do. `conflict`: words for what was done before. */
export function useFailureWords(conflict?: string): (error: unknown) => string {
  const { t } = useTranslation()
  return (error) => {
    if (!(error instanceof HttpFailure)) return t('owner.failedServer')
    switch (error.kind) {
      case null:
        return error.status === null ? t('owner.failedOffline') : t('owner.failedServer')
      case 'staff_sign_in_needed':
        return t('owner.failedSession')
      case 'conflict':
        return conflict ?? t('owner.failedConflict')
      case 'not_found':
        return t('owner.failedGone')
      case 'too_large':
        return t('owner.failedLarge')
      case 'invalid_request':
        return t('owner.failedInvalid', { reason: error.message })
      default:
        return t('owner.failedServer')
    }
  }
}
