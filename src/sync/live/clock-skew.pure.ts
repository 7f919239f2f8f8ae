/** The server's clock minus this device's, ms, estimated from messages that carry the server's time. */
export interface ClockSkew {
  /** Newest last. `at`: this device's clock, ms. */
  readonly samples: readonly { readonly at: number; readonly skew: number }[]
  /** Remembered from before this start; used until a message brings a better value. */
  readonly remembered: number
}

const SAMPLES_KEPT = 8
/** Samples closer together than this count as one, ms: after a freeze all waiting messages arrive together, and late. */
const ONE_SAMPLE_MS = 2000
/** How far a time in whole seconds may be off: the second cut off, and the answer's travel. ms. */
const COARSE_MS = 2000

export function createClockSkew(remembered = 0): ClockSkew {
  return { samples: [], remembered }
}

/** A message can only arrive late, so of several samples the largest difference is the least delayed one. */
export function addSkewSample(skew: ClockSkew, serverTime: number, receivedAt: number): ClockSkew {
  const sample = { at: receivedAt, skew: serverTime - receivedAt }
  const last = skew.samples.at(-1)
  if (!last || Math.abs(receivedAt - last.at) >= ONE_SAMPLE_MS) {
    return { ...skew, samples: [...skew.samples, sample].slice(-SAMPLES_KEPT) }
  }
  const best = { at: last.at, skew: Math.max(last.skew, sample.skew) }
  return { ...skew, samples: [...skew.samples.slice(0, -1), best] }
}

export function skewMs({ samples, remembered }: ClockSkew): number {
  return samples.length === 0 ? remembered : Math.max(...samples.map((sample) => sample.skew))
}

/**
 * An HTTP answer tells the server's time in whole seconds: coarser than a heartbeat, but there before the first one, and also
 * without a broker. It counts where nothing better has been measured and what is remembered can't be true.
 */
export function addCoarseSample(skew: ClockSkew, serverTime: number, receivedAt: number): ClockSkew {
  const isPossible = Math.abs(skewMs(skew) - (serverTime - receivedAt)) <= COARSE_MS
  return skew.samples.length > 0 || isPossible ? skew : addSkewSample(skew, serverTime, receivedAt)
}
