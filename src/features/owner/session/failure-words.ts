import type { TFunction } from 'i18next'
import { HttpFailure } from '../../../sync/errors.ts'

/** True when no answer came at all. */
export function isOffline(error: unknown): boolean {
  return error instanceof HttpFailure && error.status === null && error.kind === null
}

/** Why an owner's request came to nothing, what is safe, what to do: the second half of a sentence. */
export function failureWords(error: unknown, t: TFunction): string {
  if (!(error instanceof HttpFailure)) return t('reports.whyServer')
  if (isOffline(error)) return t('reports.whyOffline')
  switch (error.kind) {
    case 'staff_sign_in_needed':
    case 'forbidden':
      return t('reports.whySignIn')
    case 'not_found':
      return t('reports.whyGone')
    case 'conflict':
      return t('reports.whyConflict')
    case 'too_large':
      return t('reports.whyLarge')
    case 'invalid_request':
      return t('reports.whyInvalid', { reason: error.message })
    default:
      return t('reports.whyServer')
  }
}

/** The whole sentence, where something was to be saved. */
export function notSaved(error: unknown, t: TFunction): string {
  return t('reports.notSaved', { why: failureWords(error, t) })
}
