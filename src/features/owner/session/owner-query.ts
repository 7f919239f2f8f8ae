/** What the owner's pages ask of the server, with the staff token, and how a failure is put into words. */
import { type UseQueryResult, useQuery } from '@tanstack/react-query'
import type { TFunction } from 'i18next'
import type * as v from 'valibot'
import { HttpFailure } from '../../../sync/errors.ts'
import { readAnswer } from '../../../sync/read-answer.ts'
import { useOwnerSession } from './owner-session.ts'

/** Rows change while nobody looks: every visit asks anew, and what was read before is shown meanwhile. */
export function useOwnerQuery<T extends v.GenericSchema>(
  path: string,
  schema: T,
  { everyMs }: { everyMs?: number } = {},
): UseQueryResult<v.InferOutput<T>> {
  const { ownerHttp, state } = useOwnerSession()
  return useQuery({
    queryKey: ['owner', path],
    queryFn: async () => readAnswer(schema, await ownerHttp({ path })),
    // Signed out by time: asked again by itself after the PIN.
    enabled: state.phase === 'in',
    staleTime: 0,
    refetchInterval: everyMs ?? false,
  })
}

/** True when no answer came at all. */
export function isOffline(error: unknown): boolean {
  return error instanceof HttpFailure && error.status === null && error.kind === null
}

/** The second half of a sentence: why it did not happen, what is safe, what to do. */
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
    default:
      return t('reports.whyServer')
  }
}
