/**
 * The run of a property, which does nothing any more once `ms` have gone by: a slow machine tries fewer examples. fast-check's own limit
 * would leave the run that it interrupts under way, in the middle of the next test.
 */
export function withinTime<Given extends readonly unknown[]>(
  ms: number,
  run: (...given: Given) => Promise<void>,
): (...given: Given) => Promise<void> {
  const until = performance.now() + ms
  return async (...given) => {
    if (performance.now() < until) await run(...given)
  }
}
