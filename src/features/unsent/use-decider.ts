import type { Actor } from '../../sync/outbox/sales.ts'
import { useActor, useSignedIn } from '../shared/people/staff-session.ts'

/** Who may decide here: this screen has no gate that a lock would close, so whoever is locked out counts as nobody. */
export function useDecider(): Actor | null {
  const actor = useActor()
  const signedIn = useSignedIn()
  return signedIn?.isLocked === false ? (actor ?? null) : null
}
