import type { AppliedUpdate } from '../../db/journal/update-row.ts'

/**
 * The newest lines of the log, newest first: a line is stored some seconds after it came, so what is remembered and came after all that is
 * stored goes before it. None is shown twice; of lines that came in one millisecond some may be shown only once they are stored.
 * @param stored null: the log can't be read
 */
export function newestUpdates(
  stored: readonly AppliedUpdate[] | null,
  remembered: readonly AppliedUpdate[],
  limit: number,
): readonly AppliedUpdate[] {
  // Not the first one's: a refresh stores its lines when it ends.
  const storedUpTo = Math.max(...(stored ?? []).map(({ at }) => at))
  const newer = remembered.filter(({ at }) => at > storedUpTo)
  return [...newer, ...(stored ?? [])].slice(0, limit)
}
