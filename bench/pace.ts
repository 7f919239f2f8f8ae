/**
 * Starts `act` at `rate` a second for `seconds`, each at its own time whatever the others take, and resolves when all are
 * done. A slow system is not given fewer updates, which would make its figures better than they are.
 */
export async function pace(rate: number, seconds: number, act: () => Promise<void>): Promise<void> {
  const begin = performance.now()
  const underWay: Promise<void>[] = []
  for (let index = 0; index < rate * seconds; index += 1) {
    const wait = begin + (index * 1000) / rate - performance.now()
    if (wait > 0) await sleep(wait)
    underWay.push(act())
  }
  await Promise.all(underWay)
}

export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

/** Asks every `everyMs` until the answer is true. False when `deadlineMs` is over. */
export async function pollUntil(isTrue: () => Promise<boolean>, deadlineMs: number, everyMs = 50): Promise<boolean> {
  const deadline = performance.now() + deadlineMs
  while (!(await isTrue())) {
    if (performance.now() > deadline) return false
    await sleep(everyMs)
  }
  return true
}
