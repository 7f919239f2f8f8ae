import { setTimeout as sleep } from 'node:timers/promises'

const ATTEMPTS = 6
const BASE_DELAY_MS = 10
/** Deadlock detected, serialization failure: the database asks to do the same again (rule S2). */
const RETRIED: readonly unknown[] = ['40P01', '40001']

/** The SQLSTATE of a driver's error, or the system's error code when the database can not be reached. */
export function errorCode(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined
  return typeof error.code === 'string' ? error.code : undefined
}

/** Runs `work` again, at most five times and after a jittered pause, when it lost against another transaction. */
export async function retryConflicts<T>(work: () => Promise<T>, random: () => number = Math.random): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work()
    } catch (error) {
      if (attempt === ATTEMPTS || !RETRIED.includes(errorCode(error))) throw error
      await sleep(random() * BASE_DELAY_MS * 2 ** attempt)
    }
  }
}
