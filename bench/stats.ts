import { percentiles } from '../src/sync/health/diagnostics-log.ts'

/** Nearest-rank percentiles in the unit of the samples; all of them NaN when there are no samples. */
export interface Summary {
  readonly count: number
  readonly p50: number
  readonly p95: number
  readonly p99: number
  readonly max: number
}

export function summarize(samples: readonly number[]): Summary {
  const ranks = percentiles(samples) ?? { p50: Number.NaN, p95: Number.NaN, p99: Number.NaN }
  return {
    count: samples.length,
    ...ranks,
    max: samples.length === 0 ? Number.NaN : samples.reduce((a, b) => Math.max(a, b)),
  }
}
