/** Finds for each update the moment at which something (a message, a frame) first told of it. Pure. */

/** Stock values of one product only ever grow in a benchmark, so a later value also tells of every earlier one. */
export interface Update {
  readonly id: number
  readonly value: number
  /** Node's time when the writer was told that it is done, ms. */
  readonly at: number
}

export interface Sighting {
  readonly id: number
  readonly value: number
  readonly at: number
}

export interface Matched {
  /** Time from update to sighting in the order of the updates, ms; null: never seen. */
  readonly delays: readonly (number | null)[]
  readonly lost: readonly Update[]
  /** Sightings that showed an older value than the one before: a number that jumped back. */
  readonly wentBack: number
}

/** `sightings` in the order in which they were made. */
export function matchUpdates(updates: readonly Update[], sightings: readonly Sighting[]): Matched {
  const seen = Map.groupBy(sightings, ({ id }) => id)
  let wentBack = 0
  for (const list of seen.values()) {
    list.forEach((sighting, index) => {
      if (sighting.value < (list[index - 1]?.value ?? Number.NEGATIVE_INFINITY)) wentBack += 1
    })
  }
  const firsts = updates.map(({ id, value }) => seen.get(id)?.find((sighting) => sighting.value >= value))
  return {
    delays: updates.map(({ at }, index) => {
      const first = firsts[index]
      return first === undefined ? null : first.at - at
    }),
    lost: updates.filter((_, index) => firsts[index] === undefined),
    wentBack,
  }
}

export function isNumber(value: number | null): value is number {
  return value !== null
}

/** The same sightings on another clock. */
export function shift(sightings: readonly Sighting[], ms: number): Sighting[] {
  return sightings.map((sighting) => ({ ...sighting, at: sighting.at + ms }))
}
