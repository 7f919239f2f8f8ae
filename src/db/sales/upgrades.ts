/**
 * What upgrades of the sales database do to its rows. Each runs inside IndexedDB's upgrade, with whatever is unsent in place: done
 * as a whole or not at all. Rows are taken as they were then, so never by today's named operations.
 */
import type { Transaction } from 'dexie'

/**
 * To version 2: an effect says which branch it is of. Until then it counted by product id alone, on another branch's server too.
 * An effect without its operation would never end, and goes.
 */
export async function addBranchToEffects(upgrade: Transaction): Promise<void> {
  const operations = upgrade.table<{ branch_code: string }, string>('pendingTransactions')
  const effects = upgrade.table<{ offline_id: string; product_id: number }>('effects')
  const rows = await effects.toArray()
  const owners = await operations.bulkGet(rows.map(({ offline_id: id }) => id))
  const orphans: [string, number][] = []
  const owned: typeof rows = []
  rows.forEach((row, index) => {
    const owner = owners[index]
    if (owner) owned.push(Object.assign(row, { branch_code: owner.branch_code }))
    else orphans.push([row.offline_id, row.product_id])
  })
  await effects.bulkPut(owned)
  await effects.bulkDelete(orphans)
}

/**
 * To version 3: the store of operations, which holds settled ones too, is named for what it is. The browser renames it, so no row
 * is copied and no room is needed. Dexie has made an empty one of the new name by now, which goes first.
 */
export function renameOperations({ idbtrans }: Transaction): void {
  idbtrans.db.deleteObjectStore('operations')
  idbtrans.objectStore('pendingTransactions').name = 'operations'
}
