/** When this device asks the server about its password at the broker. Pure: knows neither how it is kept nor whom to ask. */
import type { KeptPassword } from '../../db/rows.ts'

/**
 * `keep`: good enough to sign in with. `show`: the broker has refused it, and only the server can say whether it is wrong, or the broker
 * starts or has forgotten it. `ask`: for a new one.
 */
export type PasswordStep = 'keep' | 'show' | 'ask'

/** A password is used so long, ms; by this device's clock, so one that was set by more than that asks once more than it has to. */
export const PASSWORD_AGE_MS = 24 * 60 * 60 * 1000

/**
 * @param refused what the broker has refused last
 * @param now client time, ms
 */
export function judgePassword(kept: KeptPassword | null, refused: string | null, now: number): PasswordStep {
  if (kept === null) return 'ask'
  // The broker refused an earlier password; the stored one has come since.
  if (kept.password === refused) return 'show'
  return Math.abs(now - kept.at) < PASSWORD_AGE_MS ? 'keep' : 'ask'
}
