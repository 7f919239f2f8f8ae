import type { Queryable } from '../database.ts'

/** Rejects with the database's error when it does not answer. */
export async function probeDatabase(db: Queryable): Promise<void> {
  await db.query('SELECT 1')
}

/** True when the database answers in time. Never rejects. */
export async function isDatabaseReachable(db: Queryable, timeoutMs: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined
  const timeout = new Promise<boolean>((resolve) => {
    timer = setTimeout(resolve, timeoutMs, false)
  })
  const probe = probeDatabase(db).then(
    () => true,
    () => false,
  )
  return Promise.race([probe, timeout]).finally(() => clearTimeout(timer))
}
