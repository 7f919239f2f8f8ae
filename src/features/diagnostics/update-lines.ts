/** The log of applied updates as a file of JSON lines: an object a line, oldest first, times in ISO 8601. Nothing in it is secret. */
import type { AppliedUpdate } from '../../db/journal/update-row.ts'

export function toUpdateFile(updates: readonly AppliedUpdate[], deviceId: string, now: number) {
  const moment = new Date(now).toISOString().slice(0, 19).replaceAll(/[-:T]/g, '')
  return {
    fileName: `mstore-updates-${deviceId}-${moment}.jsonl`,
    text: updates.map((update) => `${JSON.stringify({ ...update, at: new Date(update.at).toISOString() })}\n`).join(''),
  }
}
