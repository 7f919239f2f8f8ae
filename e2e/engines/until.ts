const POLL_MS = 50

export interface Deadline {
  readonly ms: number
  /** More to say when the time is over. */
  readonly because?: () => string
}

/** Asks again and again until the answer is neither null nor false; throws when the time is over. */
export async function until<T>(
  what: string,
  { ms, because }: Deadline,
  ask: () => T | Promise<T>,
): Promise<Exclude<T, null | false>> {
  const end = Date.now() + ms
  for (;;) {
    const answer = await ask()
    if (isAnswer(answer)) return answer
    if (Date.now() > end) throw new Error(`not within ${ms} ms: ${what}${because ? `\n${because()}` : ''}`)
    await new Promise((resolve) => setTimeout(resolve, POLL_MS))
  }
}

function isAnswer<T>(answer: T): answer is Exclude<T, null | false> {
  return answer !== null && answer !== false
}
