import { describe, expect, it } from 'vitest'
import type { Database, Queryable } from '../../server/database.ts'
import { listReversals, listSales, listSoldProducts, readTakings } from '../../server/sql/reports.ts'
import { openTestDatabase } from './support.ts'

const SALES = 20_000
const SCOPE = { branchId: 1, from: '2026-06-15', to: '2026-06-15', limit: 501 }

interface PlanNode {
  readonly 'Node Type': string
  readonly 'Relation Name'?: string
  readonly Plans?: readonly PlanNode[]
}

/** A year of sales in one branch, a refund in every hundred. The change log is none of this test. */
async function fill(db: Database): Promise<void> {
  await db.script(`
    SET LOCAL session_replication_role = replica;
    INSERT INTO transactions (id, branch_id, transaction_code, status, op, refund_of, grand_total, occurred_at)
    SELECT n, 1, 'T' || n, 'paid', CASE WHEN n % 100 = 0 THEN 'refund' ELSE 'sale' END,
           CASE WHEN n % 100 = 0 THEN n - 1 END, 10000, timestamptz '2026-01-01' + n * interval '26 minutes'
      FROM generate_series(1, ${SALES}) n;
    INSERT INTO transaction_payments (transaction_id, payment_method, amount) SELECT n, 'CASH', 10000 FROM generate_series(1, ${SALES}) n;
    INSERT INTO transaction_items (transaction_id, product_id, quantity, price, amount)
    SELECT n, 1 + n % 400, 1, 10000, 10000 FROM generate_series(1, ${SALES}) n;`)
  await db.query('ANALYZE transactions, transaction_payments, transaction_items')
}

/** Asks for the plans of the statements instead of running them. */
function explaining(db: Database): { tx: Queryable; plans: PlanNode[] } {
  const plans: PlanNode[] = []
  const tx: Queryable = {
    async query<Row>(sql: string, params?: readonly unknown[]): Promise<Row[]> {
      const rows = await db.query<Row & { 'QUERY PLAN': [{ Plan: PlanNode }] }>(`EXPLAIN (FORMAT JSON) ${sql}`, params)
      plans.push(...rows.map((row) => row['QUERY PLAN'][0].Plan))
      return rows
    },
  }
  return { tx, plans }
}

function nodesOf(node: PlanNode): PlanNode[] {
  return [node, ...(node.Plans ?? []).flatMap(nodesOf)]
}

describe('reports of one day among a year of sales', () => {
  it('read that day alone: no statement goes through a whole table of sales', async () => {
    const { db } = await openTestDatabase()
    await fill(db)
    for (const read of [readTakings, listSoldProducts, listSales, listReversals]) {
      const { tx, plans } = explaining(db)
      await read(tx, SCOPE)
      const scanned = plans.flatMap(nodesOf).filter((node) => node['Node Type'] === 'Seq Scan')
      expect(plans).toHaveLength(1)
      expect([read.name, scanned.map((node) => node['Relation Name'])]).toEqual([
        read.name,
        scanned.map((node) => node['Relation Name']).filter((name) => !name?.startsWith('transaction')),
      ])
    }
  })
})
