/** The server's clock minus this device's, ms, estimated from messages that carry the server's time. */
export interface ClockSkew {
  /** Newest last. */
  readonly samples: readonly number[]
}

const SAMPLES_KEPT = 8

export function createClockSkew(): ClockSkew {
  return { samples: [] }
}

/** A message can only arrive late, so of several samples the largest difference is the least delayed one. */
export function addSkewSample(skew: ClockSkew, serverTime: number, receivedAt: number): ClockSkew {
  return { samples: [...skew.samples, serverTime - receivedAt].slice(-SAMPLES_KEPT) }
}

export function skewMs(skew: ClockSkew): number {
  return skew.samples.length === 0 ? 0 : Math.max(...skew.samples)
}
