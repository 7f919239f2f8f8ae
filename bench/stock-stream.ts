/** Stock changes as a backend publishes them: straight to the broker, without a database behind them. */
import type { Branch } from '../e2e/support/admin-client.ts'
import type { BackendClient } from '../e2e/support/backend-client.ts'
import type { SqlClient } from '../e2e/support/sql-client.ts'
import { nodeNow } from './clock-offset.ts'
import type { Update } from './match-updates.ts'
import { pace } from './pace.ts'
import { createUpdatePlan } from './update-plan.ts'

export interface LogEnd {
  readonly epoch: string
  readonly seq: number
}

export interface StockStream {
  /** Publishes `rate` changes a second for so many seconds; resolves, when the broker has all of them, to each with its moment. */
  publish(rate: number, seconds: number): Promise<Update[]>
}

/** Above every version that a row of a new branch has. */
const FIRST_VERSION = 1_000_000

/**
 * Half of the changes fall on `visible`, the others on any of `stocks`. They go on where `logEnd` says that the branch's log ends, so
 * that whoever follows the log takes them for its next entries; the log itself knows nothing of them.
 */
export function createStockStream(
  backend: BackendClient,
  to: Branch,
  at: { readonly stocks: ReadonlyMap<number, number>; readonly visible: readonly number[]; readonly logEnd: LogEnd },
): StockStream {
  const plan = createUpdatePlan(at.stocks, at.visible)
  let { seq } = at.logEnd
  const publishNext = async (updates: Update[]) => {
    const { id, value } = plan.next()
    seq += 1
    const payload = JSON.stringify(stockEvent({ id, value, seq, epoch: at.logEnd.epoch }))
    updates.push({ id, value, at: nodeNow() })
    await backend.publish(to, 'product', payload)
  }
  return {
    async publish(rate, seconds) {
      const updates: Update[] = []
      await pace(rate, seconds, () => publishNext(updates))
      return updates
    },
  }
}

export async function readLogEnd(sql: SqlClient, branch: Branch): Promise<LogEnd> {
  const [end] = await sql.query<{ epoch: string; seq: number }>(
    'SELECT (SELECT epoch::text FROM log_state) AS epoch, seq FROM branch_seq WHERE branch_id = $1',
    [branch.id],
  )
  if (!end) throw new Error('The branch has no log')
  return end
}

export async function readStocks(sql: SqlClient, branch: Branch): Promise<Map<number, number>> {
  const rows = await sql.query<{ id: number; stock: number }>(
    'SELECT id, stock FROM products WHERE branch_id = $1 ORDER BY id',
    [branch.id],
  )
  return new Map(rows.map(({ id, stock }) => [id, stock]))
}

/** As large as the product's own. */
export function stockEvent({ id, value, seq, epoch }: { id: number; value: number; seq: number; epoch: string }) {
  return {
    event_type: 'stock_updated',
    timestamp: new Date().toISOString(),
    seq,
    epoch,
    data: {
      product_id: id,
      product_name: 'Beras Rosebrand Merah 1 kg',
      old_stock: value - 1,
      new_stock: value,
      delta: 1,
      reason: 'adjustment',
      transaction_id: null,
      updated_by: 'postgres',
      version: FIRST_VERSION + seq,
    },
  }
}
