import type { CausedLines } from '../caused-lines.ts'
import type { Database } from '../database.ts'
import { heedMark } from '../sql/log-marks.ts'

/** What came with the log, and what came with verdicts. */
const AT_MOST = 2

/**
 * Looks at the marks that a counter shows, separated by commas, before it is answered: one that the log contradicts begins a new
 * life (rule S6). Resolves to the epoch of a life that was begun by that, else to null.
 */
export async function heedMarks(
  db: Database,
  { branchId, deviceId, seen, lines }: { branchId: number; deviceId: string; seen: string; lines: CausedLines },
): Promise<string | null> {
  let begun: string | null = null
  for (const mark of seen.split(',', AT_MOST)) {
    const epoch = await heedMark(db, { branchId, mark })
    if (epoch === null) continue
    begun = epoch
    lines('warn', { epoch, sign: 'counter', device_id: deviceId }, 'a counter proves that the database was restored')
  }
  return begun
}
