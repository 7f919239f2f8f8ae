/** The server's clock minus this device's, ms, estimated from messages that carry the server's time. */
export interface ClockSkew {
  /** Newest last. */
  readonly samples: readonly number[]
  /** From before this start: counts until a message says more. */
  readonly remembered: number
}

const SAMPLES_KEPT = 8

export function createClockSkew(remembered = 0): ClockSkew {
  return { samples: [], remembered }
}

/** A message can only arrive late, so of several samples the largest difference is the least delayed one. */
export function addSkewSample(skew: ClockSkew, serverTime: number, receivedAt: number): ClockSkew {
  return { ...skew, samples: [...skew.samples, serverTime - receivedAt].slice(-SAMPLES_KEPT) }
}

export function skewMs({ samples, remembered }: ClockSkew): number {
  return samples.length === 0 ? remembered : Math.max(...samples)
}
