import { type UseQueryResult, useQuery } from '@tanstack/react-query'
import type * as v from 'valibot'
import { readAnswer } from '../../../sync/read-answer.ts'
import { useOwnerSession } from './owner-session.ts'

/** Queries the server with the staff token. Every visit refetches, because rows change; the cached answer shows meanwhile. */
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
