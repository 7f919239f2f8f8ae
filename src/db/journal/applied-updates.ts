/**
 * The log of applied updates (specification section 7), shared by all contexts of the device. Lines are written in groups: a row of the
 * store is a group under the number of its last line, so what is too old is one range of keys.
 */
import { dequal } from 'dequal/lite'
import type { JournalDb } from './journal-db.ts'
import { type AppliedUpdate, isWholeUpdate, type UpdateGroup } from './update-row.ts'

export const UPDATES_KEPT = 10_000
/** Lines of a group: what is dropped goes by whole groups. */
export const GROUP_MAX = 500
/** No device counts so far. A key beyond it is garbled. */
const NUMBER_MAX = 2 ** 52

/** Appends lines, oldest first, and drops groups that are wholly older than the newest UPDATES_KEPT, in one transaction. Rejects when the disk refuses. */
export async function appendUpdates(db: JournalDb, updates: readonly AppliedUpdate[]): Promise<void> {
  const lines = updates.slice(-UPDATES_KEPT)
  let written: UpdateGroup | null = null
  await db.transaction('rw', db.updates, async () => {
    const newest = await db.updates.where(':id').below(NUMBER_MAX).last()
    // Tried once more because the connection was lost, and the first time had come through.
    if (written !== null && dequal(newest, written)) return
    let last = Number.isSafeInteger(newest?.last) ? Math.max(0, newest?.last ?? 0) : 0
    const groups: UpdateGroup[] = []
    for (let from = 0; from < lines.length; from += GROUP_MAX) {
      const group = lines.slice(from, from + GROUP_MAX)
      last += group.length
      groups.push({ last, lines: group })
    }
    await db.updates.bulkPut(groups)
    await Promise.all([
      db.updates
        .where(':id')
        .belowOrEqual(last - UPDATES_KEPT)
        .delete(),
      db.updates.where(':id').aboveOrEqual(NUMBER_MAX).delete(),
    ])
    written = groups.at(-1) ?? null
  })
}

/** All that is kept, oldest first, at most UPDATES_KEPT. */
export async function readUpdates(db: JournalDb): Promise<AppliedUpdate[]> {
  const groups = await db.updates.where(':id').below(NUMBER_MAX).toArray()
  return groups.flatMap(linesOf).slice(-UPDATES_KEPT)
}

/** Newest first. */
export async function readNewestUpdates(db: JournalDb, limit: number): Promise<AppliedUpdate[]> {
  const newest: AppliedUpdate[] = []
  await db.updates
    .where(':id')
    .below(NUMBER_MAX)
    .reverse()
    .until(() => newest.length >= limit)
    .each((group) => void newest.push(...linesOf(group).reverse()))
  return newest.slice(0, limit)
}

function linesOf({ lines }: UpdateGroup): AppliedUpdate[] {
  return Array.isArray(lines) ? lines.filter(isWholeUpdate) : []
}
