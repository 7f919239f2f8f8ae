/**
 * What the device remembers about its own health: failures, how live it was, and the updates that it applied. A database of its own, so that it can be
 * written when the cache or the sales can't, and outlives both; nothing in it is needed to sell.
 */
import type { Table } from 'dexie'
import { LastingDb } from '../lasting-db.ts'
import { strictIndexedDb } from '../strict-indexed-db.ts'
import type { FailureRow } from './failure-row.ts'
import type { MinuteRow } from './minute-row.ts'
import type { UpdateGroup } from './update-row.ts'

export class JournalDb extends LastingDb {
  declare failures: Table<FailureRow, number>
  declare minutes: Table<MinuteRow, number>
  declare updates: Table<UpdateGroup, number>

  constructor(name: string) {
    super(name, { chromeTransactionDurability: 'relaxed', ...strictIndexedDb() })
    this.version(1).stores({ failures: '++key', minutes: 'minute' })
    this.version(2).stores({ updates: 'last' })
  }
}

export const JOURNAL_DB_NAME = 'mstore-journal'
