/**
 * Log lines that a client causes, whoever it is: what it sends is cut short, and there are only so many lines of a kind.
 */
import type { BaseLogger } from 'pino'
import { type Bucket, fullBucket, type Rate, takeToken } from './token-bucket.ts'

/** Of names, filters and reasons in a log line: who sends them chooses their length. Characters. */
const MAX_LOGGED_CHARACTERS = 64
/** Lines of one kind. */
export const CAUSED_LINES: Rate = { burst: 20, perSecond: 0.2 }

type Level = 'info' | 'warn' | 'error'

/** Writes a line, or counts it: the next one of this message tells how many were `left_out`. */
export type CausedLines = (level: Level, fields: Readonly<Record<string, unknown>>, message: string) => void

export function createCausedLines(log: Pick<BaseLogger, Level>, now: () => number): CausedLines {
  const kinds = new Map<string, { bucket: Bucket; leftOut: number }>()
  return (level, fields, message) => {
    const at = now()
    const kind = kinds.get(message) ?? { bucket: fullBucket(CAUSED_LINES, at), leftOut: 0 }
    kinds.set(message, kind)
    const { bucket, taken } = takeToken(kind.bucket, CAUSED_LINES, at)
    kind.bucket = bucket
    if (!taken) {
      kind.leftOut += 1
      return
    }
    log[level]({ ...shortened(fields), ...(kind.leftOut > 0 ? { left_out: kind.leftOut } : {}) }, message)
    kind.leftOut = 0
  }
}

/** At most 64 characters of what somebody else has written. */
export function shorten(text: string): string {
  return text.length <= MAX_LOGGED_CHARACTERS ? text : `${text.slice(0, MAX_LOGGED_CHARACTERS)}…`
}

function shortened(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, typeof value === 'string' ? shorten(value) : value]),
  )
}
