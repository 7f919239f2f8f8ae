/**
 * What happened at this counter: it exists nowhere else until the server has it. A database of its own with strict
 * durability (rule Q1), never cleared together with the cache.
 */
import type { Table } from 'dexie'
import { LastingDb } from '../lasting-db.ts'
import { strictIndexedDb } from '../strict-indexed-db.ts'
import type { ApprovalRow, CartRow, OperationRow, StockEffect } from './sales-rows.ts'
import { addBranchToEffects, renameOperations } from './upgrades.ts'

interface SalesMetaRow {
  key: string
  value: unknown
}

export class SalesDb extends LastingDb {
  /** What this device did: the queue and, once settled, its own history (rule Q3). */
  declare operations: Table<OperationRow, string>
  declare effects: Table<StockEffect, [string, number]>
  declare carts: Table<CartRow, string>
  declare approvals: Table<ApprovalRow, number>
  declare meta: Table<SalesMetaRow, string>

  constructor(name: string) {
    super(name, { chromeTransactionDurability: 'strict', ...strictIndexedDb() })
    this.version(1).stores({
      pendingTransactions: OPERATION_INDEXES,
      effects: '[offline_id+product_id], product_id',
      carts: 'cart_id, place',
      approvals: '++key, at',
      meta: 'key',
    })
    this.version(2).stores({}).upgrade(addBranchToEffects)
    this.version(3).stores({ pendingTransactions: null, operations: OPERATION_INDEXES }).upgrade(renameOperations)
  }
}

const OPERATION_INDEXES = 'offline_id, place, [state+place], about, shift, created_at, [kind+place], [kind+state]'

/** Name of the sales database on a device. */
export const SALES_DB_NAME = 'mstore-sales'
