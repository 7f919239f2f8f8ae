/**
 * What the owner reads about a period. Each function is one statement, so one snapshot. Days are the shop's (`shop_day`), by the
 * time that can be believed (`occurred_at`). A voided sale counts nowhere, and neither does a refund of it.
 */
import type { SaleRow, ShiftReport, SoldProduct, Takings } from '../../src/contract/reports.ts'
import type {
  ApprovalRow,
  ConflictRow,
  MarkRow,
  OversoldRow,
  PriceRow,
  ReversalRow,
} from '../../src/contract/review-reports.ts'
import type { Queryable } from '../database.ts'

export interface ReportScope {
  readonly branchId: number
  /** First and last day, included: `2026-11-22`. */
  readonly from: string
  readonly to: string
  /** Rows at most; null: all of them. */
  readonly limit: number | null
}

const START = `($2::date::timestamp AT TIME ZONE 'Asia/Jakarta')`
const END = `(($3::date + 1)::timestamp AT TIME ZONE 'Asia/Jakarta')`
const IN_DAYS = `t.branch_id = $1 AND shop_day(t.occurred_at) BETWEEN $2::date AND $3::date`
/** Takes part in the takings. The inner query runs for refunds alone. */
const COUNTS = `t.status = 'paid' AND (t.refund_of IS NULL
  OR (SELECT s.status FROM transactions s WHERE s.id = t.refund_of) <> 'void')`

const deviceName = (id: string) => `(SELECT d.name FROM devices d WHERE d.id = ${id})`
const staffName = (id: string) => `(SELECT m.name FROM staff m WHERE m.id = ${id} AND m.branch_id = $1)`

function scopeParams({ branchId, from, to }: ReportScope): (string | number)[] {
  return [branchId, from, to]
}

export async function readTakings(db: Queryable, scope: ReportScope): Promise<Takings> {
  const slot = scope.from === scope.to ? 'HH24' : 'YYYY-MM-DD'
  const [row] = await db.query<Takings>(
    `WITH booked AS MATERIALIZED (
       SELECT t.id, t.op = 'refund' AS refund, t.status, t.device_id, t.occurred_at,
              t.subtotal, t.discount_total, t.tax_total, t.rounding_total, t.grand_total,
              EXISTS (SELECT FROM sale_marks k WHERE k.transaction_id = t.id AND k.operation IN ('transaction', 'refund')) AS marked
         FROM transactions t
        WHERE ${IN_DAYS} AND ((t.status = 'void' AND t.refund_of IS NULL) OR ${COUNTS})
     )
     SELECT
       (SELECT jsonb_build_object(
          'count', count(*) FILTER (WHERE status = 'paid' AND NOT refund),
          'subtotal', coalesce(sum(subtotal) FILTER (WHERE status = 'paid' AND NOT refund), 0),
          'discount', coalesce(sum(discount_total) FILTER (WHERE status = 'paid' AND NOT refund), 0),
          'tax', coalesce(sum(tax_total) FILTER (WHERE status = 'paid' AND NOT refund), 0),
          'rounding', coalesce(sum(rounding_total) FILTER (WHERE status = 'paid' AND NOT refund), 0),
          'sales', coalesce(sum(grand_total) FILTER (WHERE status = 'paid' AND NOT refund), 0),
          'refund_count', count(*) FILTER (WHERE refund),
          'refunds', coalesce(sum(abs(grand_total)) FILTER (WHERE refund), 0),
          'void_count', count(*) FILTER (WHERE status = 'void'),
          'voids', coalesce(sum(grand_total) FILTER (WHERE status = 'void'), 0),
          'marked_count', count(*) FILTER (WHERE status = 'paid' AND marked),
          'marked_sales', coalesce(sum(grand_total) FILTER (WHERE status = 'paid' AND marked AND NOT refund), 0),
          'marked_refunds', coalesce(sum(abs(grand_total)) FILTER (WHERE marked AND refund), 0)) FROM booked) AS totals,
       (SELECT coalesce(jsonb_agg(to_jsonb(each) ORDER BY each.sales DESC, each.payment_method), '[]') FROM (
          SELECT p.payment_method, count(*) FILTER (WHERE NOT b.refund) AS count,
                 coalesce(sum(p.amount) FILTER (WHERE NOT b.refund), 0) AS sales,
                 coalesce(sum(abs(p.amount)) FILTER (WHERE b.refund), 0) AS refunds
            FROM booked b JOIN transaction_payments p ON p.transaction_id = b.id
           WHERE b.status = 'paid' GROUP BY p.payment_method) each) AS by_method,
       (SELECT coalesce(jsonb_agg(to_jsonb(each) || jsonb_build_object('device_name', ${deviceName('each.device_id')})
                                  ORDER BY each.sales DESC, each.device_id), '[]') FROM (
          SELECT device_id, count(*) FILTER (WHERE NOT refund) AS count,
                 coalesce(sum(grand_total) FILTER (WHERE NOT refund), 0) AS sales,
                 coalesce(sum(abs(grand_total)) FILTER (WHERE refund), 0) AS refunds
            FROM booked WHERE status = 'paid' GROUP BY device_id) each) AS by_device,
       (SELECT coalesce(jsonb_agg(to_jsonb(each) ORDER BY each.slot), '[]') FROM (
          SELECT to_char(occurred_at AT TIME ZONE 'Asia/Jakarta', '${slot}') AS slot, count(*) AS count,
                 sum(grand_total) AS sales
            FROM booked WHERE status = 'paid' AND NOT refund GROUP BY 1) each) AS by_slot`,
    scopeParams(scope),
  )
  if (!row) throw new Error('SELECT without FROM gave no row')
  return row
}

/** Best sold first. */
export function listSoldProducts(db: Queryable, scope: ReportScope): Promise<SoldProduct[]> {
  return db.query<SoldProduct>(
    `SELECT sold.product_id, coalesce(p.name, sold.product_name) AS product_name, coalesce(p.unit, sold.unit) AS unit,
            sold.quantity, sold.returned, sold.sales
       FROM (SELECT i.product_id, max(i.product_name) AS product_name, max(i.unit) AS unit,
                    coalesce(sum(i.quantity) FILTER (WHERE t.op <> 'refund'), 0) AS quantity,
                    coalesce(sum(abs(i.quantity)) FILTER (WHERE t.op = 'refund'), 0) AS returned,
                    coalesce(sum(i.amount), 0) AS sales
               FROM transactions t JOIN transaction_items i ON i.transaction_id = t.id
              WHERE ${IN_DAYS} AND ${COUNTS}
              GROUP BY i.product_id) sold
       LEFT JOIN products p ON p.id = sold.product_id AND p.branch_id = $1
      ORDER BY sold.sales DESC, sold.product_id LIMIT $4`,
    [...scopeParams(scope), scope.limit],
  )
}

/** Each sale in one row, voided and unpaid ones (`draft`) too; newest first. */
export function listSales(db: Queryable, scope: ReportScope): Promise<SaleRow[]> {
  return db.query<SaleRow>(
    `SELECT t.transaction_code, t.offline_reference, t.occurred_at AS sold_at,
            ${deviceName('t.device_id')} AS device_name, ${staffName('t.staff_id')} AS staff_name, t.status,
            (SELECT string_agg(DISTINCT p.payment_method, ' + ' ORDER BY p.payment_method)
               FROM transaction_payments p WHERE p.transaction_id = t.id) AS payment_methods,
            t.subtotal, t.discount_total AS discount, t.tax_total AS tax, t.rounding_total AS rounding, t.grand_total,
            (SELECT coalesce(sum(abs(r.grand_total)), 0) FROM transactions r WHERE r.refund_of = t.id) AS refunds
       FROM transactions t
      WHERE ${IN_DAYS} AND t.op <> 'refund'
      ORDER BY t.occurred_at DESC, t.id DESC LIMIT $4`,
    [...scopeParams(scope), scope.limit],
  )
}

export function listShifts(db: Queryable, scope: ReportScope): Promise<ShiftReport[]> {
  return db.query<ShiftReport>(
    `SELECT f.shift_offline_id, ${deviceName('f.device_id')} AS device_name,
            f.opened_at, coalesce(f.staff_name, ${staffName('f.staff_id')}) AS opened_by,
            f.closed_at, coalesce(f.closed_by_staff_name, ${staffName('f.closed_by_staff_id')}) AS closed_by,
            f.opening_cash, f.expected_cash, f.booked_cash, f.counted_cash, f.unsent_count, f.note, coalesce(f.totals, '[]') AS totals,
            (SELECT coalesce(jsonb_agg(jsonb_build_object(
                      'direction', c.direction, 'amount', c.amount, 'reason', c.reason,
                      'staff_name', ${staffName('c.staff_id')}, 'at', iso_utc(c.occurred_at)) ORDER BY c.occurred_at, c.id), '[]')
               FROM cash_movements c WHERE c.shift_offline_id = f.shift_offline_id) AS movements
       FROM shifts f
      WHERE f.branch_id = $1 AND f.opened_at >= ${START} AND f.opened_at < ${END}
      ORDER BY f.opened_at DESC, f.id DESC LIMIT $4`,
    [...scopeParams(scope), scope.limit],
  )
}

export function listOversold(db: Queryable, scope: ReportScope): Promise<OversoldRow[]> {
  return db.query<OversoldRow>(
    `SELECT o.id, o.occurred_at AS sold_at, t.transaction_code, ${deviceName('o.device_id')} AS device_name,
            ${staffName('o.staff_id')} AS staff_name, o.product_id, o.product_name, o.quantity, o.missing, o.stock_shown, o.stock_after
       FROM oversold_lines o JOIN transactions t ON t.id = o.transaction_id
      WHERE o.branch_id = $1 AND o.occurred_at >= ${START} AND o.occurred_at < ${END}
      ORDER BY o.occurred_at DESC, o.id DESC LIMIT $4`,
    [...scopeParams(scope), scope.limit],
  )
}

export function listPriceDifferences(db: Queryable, scope: ReportScope): Promise<PriceRow[]> {
  return db.query<PriceRow>(
    `SELECT d.id, d.occurred_at AS sold_at, t.transaction_code, ${deviceName('t.device_id')} AS device_name,
            ${staffName('t.staff_id')} AS staff_name, d.product_id, d.product_name, d.quantity, d.sold_price, d.server_price,
            d.counter_price
       FROM price_differences d JOIN transactions t ON t.id = d.transaction_id
      WHERE d.branch_id = $1 AND d.occurred_at >= ${START} AND d.occurred_at < ${END}
      ORDER BY d.occurred_at DESC, d.id DESC LIMIT $4`,
    [...scopeParams(scope), scope.limit],
  )
}

/** Voids and refunds by when they were made. A void whose sale never came has no code. */
export function listReversals(db: Queryable, scope: ReportScope): Promise<ReversalRow[]> {
  return db.query<ReversalRow>(
    `SELECT both_kinds.kind, both_kinds.at, both_kinds.transaction_code, ${deviceName('both_kinds.device_id')} AS device_name,
            both_kinds.amount, both_kinds.payment_method, both_kinds.reason,
            ${staffName('both_kinds.staff_id')} AS staff_name, ${staffName('both_kinds.approver')} AS approved_by
       FROM (SELECT 'void' AS kind, o.occurred_at AS at, t.transaction_code, o.device_id, o.amount, NULL AS payment_method,
                    o.reason, o.staff_id, o.approved_by AS approver
               FROM voids o LEFT JOIN transactions t ON t.id = o.transaction_id
              WHERE o.branch_id = $1 AND o.occurred_at >= ${START} AND o.occurred_at < ${END}
             UNION ALL
             SELECT 'refund', r.occurred_at, t.transaction_code, r.device_id, abs(r.grand_total), r.payment_method,
                    r.reason, r.staff_id, r.approved_by
               FROM transactions r JOIN transactions t ON t.id = r.refund_of
              WHERE r.branch_id = $1 AND r.refund_of IS NOT NULL AND r.occurred_at >= ${START} AND r.occurred_at < ${END}
            ) both_kinds
      ORDER BY both_kinds.at DESC LIMIT $4`,
    [...scopeParams(scope), scope.limit],
  )
}

/** Also what somebody should have allowed and nobody is said to have. */
export function listApprovals(db: Queryable, scope: ReportScope): Promise<ApprovalRow[]> {
  return db.query<ApprovalRow>(
    `SELECT a.what AS kind, a.occurred_at AS at, coalesce(sold.transaction_code, o.transaction_code) AS transaction_code,
            ${deviceName('a.device_id')} AS device_name,
            CASE a.what WHEN 'discount' THEN t.discount_total WHEN 'void' THEN x.amount WHEN 'refund' THEN abs(t.grand_total)
                        WHEN 'cash_movement' THEN c.amount END AS amount,
            coalesce(a.reason, x.reason, t.reason) AS reason, ${staffName('a.staff_id')} AS staff_name,
            ${staffName('a.approved_by')} AS approved_by, a.proof
       FROM (SELECT a.id, a.what, a.occurred_at, a.device_id, a.offline_id, a.reason, a.staff_id, a.approved_by, a.proof
               FROM approvals a WHERE a.branch_id = $1 AND a.occurred_at >= ${START} AND a.occurred_at < ${END}
             UNION ALL
             SELECT k.id, CASE k.operation WHEN 'transaction' THEN 'discount' ELSE k.operation END, k.occurred_at, k.device_id,
                    k.offline_id, NULL, k.staff_id, NULL, 'missing'
               FROM sale_marks k WHERE k.branch_id = $1 AND k.kind = 'approval_missing' AND k.occurred_at >= ${START}
                                   AND k.occurred_at < ${END}) a
       LEFT JOIN operations o ON o.offline_id = a.offline_id
       LEFT JOIN transactions t ON t.offline_id = a.offline_id
       LEFT JOIN voids x ON x.offline_id = a.offline_id
       LEFT JOIN transactions sold ON sold.id = coalesce(t.refund_of, x.transaction_id)
       LEFT JOIN cash_movements c ON c.offline_id = a.offline_id
      ORDER BY a.occurred_at DESC, a.id DESC LIMIT $4`,
    [...scopeParams(scope), scope.limit],
  )
}

/** Those of the period, and every open one: first the open ones, newest first. */
export function listConflicts(db: Queryable, scope: ReportScope): Promise<ConflictRow[]> {
  return db.query<ConflictRow>(
    `SELECT k.id AS conflict_id, k.created_at AS detected_at, k.conflict_type, k.type AS operation_type, k.offline_id,
            coalesce(${deviceName('k.sent_by')}, k.sent_by) AS device_name, k.server_content, k.local_content, k.further, k.resolution,
            k.resolved_at, coalesce(${staffName('k.approved_by')}, k.resolved_by) AS resolved_by, k.reason
       FROM offline_conflicts k
      WHERE k.branch_id = $1 AND (k.state = 'open' OR k.created_at >= ${START} AND k.created_at < ${END})
      ORDER BY k.state = 'open' DESC, k.id DESC LIMIT $4`,
    [...scopeParams(scope), scope.limit],
  )
}

/** What happened or arrived in the period: what comes late into a month that was read already must be seen today. */
export function listMarks(db: Queryable, scope: ReportScope): Promise<MarkRow[]> {
  return db.query<MarkRow>(
    `SELECT k.id, k.kind, k.operation AS operation_type, k.occurred_at, k.created_at AS arrived_at, t.transaction_code,
            k.offline_id, coalesce(${deviceName('k.device_id')}, k.device_id) AS device_name,
            ${staffName('k.staff_id')} AS staff_name, k.claimed, k.computed, k.claimed_at, k.named_staff_id
       FROM sale_marks k LEFT JOIN transactions t ON t.id = k.transaction_id
      WHERE k.branch_id = $1 AND (k.occurred_at >= ${START} AND k.occurred_at < ${END}
                                  OR k.created_at >= ${START} AND k.created_at < ${END})
      ORDER BY k.created_at DESC, k.id DESC LIMIT $4`,
    [...scopeParams(scope), scope.limit],
  )
}
