import type { Actor } from '../../sync/outbox/sales.ts'
import { useActor, useSignedIn } from '../shared/people/staff-session.ts'

/** The person who may decide here; null while locked, because this screen has no SignInGate that a lock would close. */
export function useDecider(): Actor | null {
  const actor = useActor()
  const signedIn = useSignedIn()
  return signedIn?.isLocked === false ? (actor ?? null) : null
}
