/** A rate as a bucket that fills up: `burst` at once, `perSecond` in the long run. */
export interface Rate {
  readonly burst: number
  readonly perSecond: number
}

/** What is left, as of `at` (ms of a monotonic clock). */
export interface Bucket {
  readonly tokens: number
  readonly at: number
}

export function fullBucket(rate: Rate, now: number): Bucket {
  return { tokens: rate.burst, at: now }
}

/** The bucket after one token was asked for, and whether there was one. */
export function takeToken(
  bucket: Bucket,
  rate: Rate,
  now: number,
): { readonly bucket: Bucket; readonly taken: boolean } {
  const tokens = refilled(bucket, rate, now)
  const taken = tokens >= 1
  return { bucket: { tokens: taken ? tokens - 1 : tokens, at: now }, taken }
}

/** True when nothing is remembered any more that a new bucket would not say too. */
export function isFull(bucket: Bucket, rate: Rate, now: number): boolean {
  return refilled(bucket, rate, now) >= rate.burst
}

function refilled(bucket: Bucket, rate: Rate, now: number): number {
  return Math.min(rate.burst, bucket.tokens + (Math.max(0, now - bucket.at) / 1000) * rate.perSecond)
}
