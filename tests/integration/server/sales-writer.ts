/** Writes what batch-sync would have booked, at any time of the past: reports are about days that are over. */
import { randomUUID } from 'node:crypto'
import type { Database } from '../../../server/database.ts'
import { one } from '../../pg/support.ts'

interface Line {
  readonly productId: number
  readonly quantity: number
  readonly price: number
  readonly discount?: number
  readonly name?: string
}

export interface WrittenSale {
  readonly id: number
  readonly offlineId: string
  readonly code: string
  readonly at: string
  readonly lines: readonly Line[]
  readonly total: number
}

export function createSalesWriter(
  db: Database,
  { branchId, deviceId, staffId }: { branchId: number; deviceId: string | null; staffId: number | null },
) {
  let count = 0

  async function insertTransaction(values: Record<string, string | number | null>): Promise<number> {
    const names = Object.keys(values)
    const { id } = await one<{ id: number }>(
      db,
      `INSERT INTO transactions (${names.join(', ')}) VALUES (${names.map((_, at) => `$${at + 1}`).join(', ')}) RETURNING id`,
      Object.values(values),
    )
    return id
  }
  const insertPayment = (id: number, method: string, amount: number) =>
    db.query('INSERT INTO transaction_payments (transaction_id, payment_method, amount) VALUES ($1, $2, $3)', [
      id,
      method,
      amount,
    ])
  const insertItem = (id: number, line: Line, amount: number) =>
    db.query(
      `INSERT INTO transaction_items (transaction_id, product_id, product_name, unit, quantity, price, discount, amount)
       VALUES ($1, $2, $3, 'pcs', $4, $5, $6, $7)`,
      [
        id,
        line.productId,
        line.name ?? `Produk ${line.productId}`,
        line.quantity,
        line.price,
        line.discount ?? 0,
        amount,
      ],
    )
  const approve = (what: string, offlineId: string, approvedBy: number | undefined, at: string) =>
    approvedBy === undefined
      ? Promise.resolve()
      : db
          .query(
            `INSERT INTO approvals (branch_id, what, offline_id, approved_by, staff_id, device_id, occurred_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7)`,
            [branchId, what, offlineId, approvedBy, staffId, deviceId, at],
          )
          .then(() => undefined)

  return {
    async sale(sale: {
      readonly at: string
      readonly lines: readonly Line[]
      readonly method?: string
      readonly payments?: readonly { method: string; amount: number }[]
      readonly status?: 'paid' | 'draft'
    }): Promise<WrittenSale> {
      const { at, lines, method = 'CASH', status = 'paid' } = sale
      const gross = lines.reduce((sum, line) => sum + Math.round(line.quantity * line.price), 0)
      const discount = lines.reduce((sum, line) => sum + (line.discount ?? 0), 0)
      const total = gross - discount
      const offlineId = randomUUID()
      const code = `T-${branchId}-${++count}`
      const id = await insertTransaction({
        branch_id: branchId,
        transaction_code: code,
        offline_id: offlineId,
        device_id: deviceId,
        staff_id: staffId,
        status,
        payment_method: method,
        subtotal: gross,
        discount_total: discount,
        grand_total: total,
        occurred_at: at,
      })
      for (const line of lines) {
        await insertItem(id, line, Math.round(line.quantity * line.price) - (line.discount ?? 0))
      }
      for (const payment of sale.payments ?? [{ method, amount: total }]) {
        await insertPayment(id, payment.method, payment.amount)
      }
      return { id, offlineId, code, at, lines, total }
    },

    async refund(
      sale: WrittenSale,
      { at, quantity, amount, approvedBy }: { at: string; quantity: number; amount: number; approvedBy?: number },
    ): Promise<void> {
      const [line] = sale.lines
      if (!line) throw new Error('nothing was sold')
      const offlineId = randomUUID()
      const id = await insertTransaction({
        branch_id: branchId,
        transaction_code: `R-${branchId}-${++count}`,
        offline_id: offlineId,
        device_id: deviceId,
        staff_id: staffId,
        approved_by: approvedBy ?? null,
        status: 'paid',
        op: 'refund',
        refund_of: sale.id,
        payment_method: 'CASH',
        subtotal: -amount,
        grand_total: -amount,
        reason: 'dikembalikan',
        occurred_at: at,
      })
      await insertItem(id, { ...line, quantity: -quantity, discount: 0 }, -amount)
      await insertPayment(id, 'CASH', -amount)
      await approve('refund', offlineId, approvedBy, at)
    },

    async void(sale: WrittenSale, { at, reason, approvedBy }: { at: string; reason: string; approvedBy?: number }) {
      const offlineId = randomUUID()
      await db.query(`UPDATE transactions SET status = 'void', op = 'void' WHERE id = $1`, [sale.id])
      await db.query(
        `INSERT INTO voids (offline_id, branch_id, transaction_offline_id, transaction_id, reason, amount, staff_id, approved_by,
                            device_id, occurred_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
        [offlineId, branchId, sale.offlineId, sale.id, reason, sale.total, staffId, approvedBy ?? null, deviceId, at],
      )
      await approve('void', offlineId, approvedBy, at)
    },

    async oversold(
      sale: WrittenSale,
      line: { productId: number; quantity: number; missing: number; shown: number; after: number },
    ) {
      await db.query(
        `INSERT INTO oversold_lines (branch_id, transaction_id, product_id, product_name, quantity, missing, stock_before,
                                     stock_after, stock_shown, device_id, staff_id, occurred_at)
         VALUES ($1, $2, $3, 'Produk', $4, $5, $6, $7, $8, $9, $10, $11)`,
        [
          branchId,
          sale.id,
          line.productId,
          line.quantity,
          line.missing,
          line.after + line.quantity,
          line.after,
          line.shown,
          deviceId,
          staffId,
          sale.at,
        ],
      )
    },

    async priceDifference(
      sale: WrittenSale,
      line: { productId: number; quantity: number; sold: number; server: number; counter: number },
    ) {
      await db.query(
        `INSERT INTO price_differences (branch_id, transaction_id, product_id, product_name, quantity, sold_price, server_price,
                                        counter_price, occurred_at)
         VALUES ($1, $2, $3, 'Produk', $4, $5, $6, $7, $8)`,
        [branchId, sale.id, line.productId, line.quantity, line.sold, line.server, line.counter, sale.at],
      )
    },

    async shift(shift: {
      readonly at: string
      readonly openingCash: number
      readonly closing?: {
        at: string
        counted: number
        expected: number
        totals: readonly object[]
        unsent: number
        note: string
      }
      readonly movements?: readonly { at: string; direction: 'in' | 'out'; amount: number; reason: string }[]
    }) {
      const shiftId = randomUUID()
      const { closing } = shift
      await db.query(
        `INSERT INTO shifts (shift_offline_id, branch_id, device_id, staff_id, staff_name, opening_cash, opened_at_device, opened_at)
         VALUES ($1, $2, $3, $4, 'Sari', $5, $6, $6)`,
        [shiftId, branchId, deviceId, staffId, shift.openingCash, shift.at],
      )
      for (const each of shift.movements ?? []) {
        await db.query(
          `INSERT INTO cash_movements (offline_id, branch_id, shift_offline_id, direction, amount, reason, staff_id,
                                       created_at_device, occurred_at)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8)`,
          [randomUUID(), branchId, shiftId, each.direction, each.amount, each.reason, staffId, each.at],
        )
      }
      if (!closing) return
      await db.query(
        `UPDATE shifts SET close_offline_id = $2, closed_at = $3, closed_at_device = $3, counted_cash = $4, expected_cash = $5,
                totals = $6::jsonb, unsent_count = $7, note = $8, closed_by_staff_id = $9
          WHERE shift_offline_id = $1`,
        [
          shiftId,
          randomUUID(),
          closing.at,
          closing.counted,
          closing.expected,
          JSON.stringify(closing.totals),
          closing.unsent,
          closing.note,
          staffId,
        ],
      )
    },

    /** Resolves to the conflict's id. */
    async conflict(sale: WrittenSale, { server, local }: { server: object; local: object }): Promise<number> {
      await db.query(
        `INSERT INTO operations (offline_id, branch_id, type, content, sent_by) VALUES ($1, $2, 'transaction', $3::jsonb, $4)`,
        [sale.offlineId, branchId, JSON.stringify(server), deviceId],
      )
      const { id } = await one<{ id: number }>(
        db,
        `INSERT INTO offline_conflicts (branch_id, offline_id, type, server_content, local_content, sent_by)
         VALUES ($1, $2, 'transaction', $3::jsonb, $4::jsonb, $5) RETURNING id`,
        [
          branchId,
          sale.offlineId,
          JSON.stringify({ item: server, payments: [] }),
          JSON.stringify({ item: local, payments: [] }),
          deviceId,
        ],
      )
      return id
    },
  }
}
export type SalesWriter = ReturnType<typeof createSalesWriter>
