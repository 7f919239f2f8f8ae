import type { Queryable } from '../database.ts'

/** True when the database answers in time. Never rejects. */
export async function isDatabaseReachable(db: Queryable, timeoutMs: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined
  const timeout = new Promise<boolean>((resolve) => {
    timer = setTimeout(resolve, timeoutMs, false)
  })
  const probe = db.query('SELECT 1').then(
    () => true,
    () => false,
  )
  return Promise.race([probe, timeout]).finally(() => clearTimeout(timer))
}
