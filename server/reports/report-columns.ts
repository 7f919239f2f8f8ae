/** What stands in the owner's files, column by column. Times are the shop's clock; lists in one cell are `a; b`. */
import type { SaleRow, ShiftReport, SoldProduct, Takings } from '../../src/contract/reports.ts'
import type {
  ApprovalRow,
  ConflictRow,
  MarkRow,
  OversoldRow,
  PriceRow,
  ReversalRow,
} from '../../src/contract/review-reports.ts'
import { shopTime } from '../../src/domain/shop-day.ts'
import type { CsvColumn } from './csv-file.ts'

type Cell = string | number | null

/** Columns that hold a field as it is. */
function plain<Row>(names: { readonly [K in keyof Row]?: readonly [id: string, en: string] }): CsvColumn<Row>[] {
  return Object.entries<readonly [string, string] | undefined>(names).flatMap(([key, words]) =>
    words ? [{ id: words[0], en: words[1], value: (row: Row) => toCell(row[key as keyof Row]) }] : [],
  )
}

function toCell(value: unknown): Cell {
  if (typeof value === 'string' || typeof value === 'number') return value
  return value === null || value === undefined ? null : JSON.stringify(value)
}

const time = (at: string | null): string | null => (at === null ? null : shopTime(Date.parse(at)))

const DEVICE = ['Perangkat', 'Counter'] as const
const STAFF = ['Staf', 'Staff'] as const
const CODE = ['Kode transaksi', 'Transaction code'] as const
const REASON = ['Alasan', 'Reason'] as const
const APPROVED = ['Disetujui oleh', 'Approved by'] as const
const PRODUCT = ['Produk', 'Product'] as const
const QUANTITY = ['Jumlah', 'Quantity'] as const
const soldAt = { id: 'Waktu (WIB)', en: 'Time (WIB)' } as const

export const SALE_COLUMNS: readonly CsvColumn<SaleRow>[] = [
  { ...soldAt, value: (row) => time(row.sold_at) },
  ...plain<SaleRow>({
    transaction_code: CODE,
    offline_reference: ['Nomor struk', 'Receipt number'],
    device_name: DEVICE,
    staff_name: STAFF,
    status: ['Status', 'Status'],
    payment_methods: ['Pembayaran', 'Payment'],
    subtotal: ['Subtotal', 'Subtotal'],
    discount: ['Diskon', 'Discount'],
    tax: ['Pajak', 'Tax'],
    rounding: ['Pembulatan', 'Rounding'],
    grand_total: ['Total', 'Total'],
    refunds: ['Retur', 'Refunds'],
  }),
]

export const PRODUCT_COLUMNS: readonly CsvColumn<SoldProduct>[] = plain<SoldProduct>({
  product_id: ['ID produk', 'Product ID'],
  product_name: PRODUCT,
  unit: ['Satuan', 'Unit'],
  quantity: ['Terjual', 'Sold'],
  returned: ['Diretur', 'Returned'],
  sales: ['Penjualan', 'Sales'],
})

export const SHIFT_COLUMNS: readonly CsvColumn<ShiftReport>[] = [
  ...plain<ShiftReport>({ device_name: DEVICE }),
  { id: 'Dibuka (WIB)', en: 'Opened (WIB)', value: (row) => time(row.opened_at) },
  ...plain<ShiftReport>({ opened_by: ['Dibuka oleh', 'Opened by'] }),
  { id: 'Ditutup (WIB)', en: 'Closed (WIB)', value: (row) => time(row.closed_at) },
  ...plain<ShiftReport>({
    closed_by: ['Ditutup oleh', 'Closed by'],
    opening_cash: ['Kas awal', 'Opening cash'],
    expected_cash: ['Kas seharusnya', 'Expected cash'],
    booked_cash: ['Kas seharusnya menurut server', 'Expected cash by the server'],
    counted_cash: ['Kas dihitung', 'Counted cash'],
  }),
  {
    id: 'Selisih',
    en: 'Difference',
    value: ({ counted_cash: counted, expected_cash: expected }) =>
      counted === null || expected === null ? null : counted - expected,
  },
  {
    id: 'Per pembayaran',
    en: 'By payment',
    value: ({ totals }) =>
      totals.map((each) => `${each.payment_method} ${each.count}× ${each.sales} -${each.refunds}`).join('; '),
  },
  {
    id: 'Kas masuk dan keluar',
    en: 'Cash in and out',
    value: ({ movements }) =>
      movements.map((each) => `${each.direction} ${each.amount} ${each.reason} (${each.staff_name ?? '?'})`).join('; '),
  },
  ...plain<ShiftReport>({
    unsent_count: ['Belum terkirim saat ditutup', 'Unsent at closing'],
    note: ['Catatan', 'Note'],
  }),
]

export const OVERSOLD_COLUMNS: readonly CsvColumn<OversoldRow>[] = [
  { ...soldAt, value: (row) => time(row.sold_at) },
  ...plain<OversoldRow>({
    transaction_code: CODE,
    device_name: DEVICE,
    staff_name: STAFF,
    product_id: ['ID produk', 'Product ID'],
    product_name: PRODUCT,
    quantity: QUANTITY,
    missing: ['Kurang', 'Missing'],
    stock_shown: ['Stok di layar kasir', 'Stock that the cashier saw'],
    stock_after: ['Stok sesudahnya', 'Stock afterwards'],
  }),
]

export const PRICE_COLUMNS: readonly CsvColumn<PriceRow>[] = [
  { ...soldAt, value: (row) => time(row.sold_at) },
  ...plain<PriceRow>({
    transaction_code: CODE,
    device_name: DEVICE,
    staff_name: STAFF,
    product_id: ['ID produk', 'Product ID'],
    product_name: PRODUCT,
    quantity: QUANTITY,
    sold_price: ['Harga jual', 'Price sold'],
    server_price: ['Harga di server', 'Price on the server'],
    counter_price: ['Harga di perangkat', 'Price on the counter'],
  }),
]

export const REVERSAL_COLUMNS: readonly CsvColumn<ReversalRow>[] = [
  { ...soldAt, value: (row) => time(row.at) },
  ...plain<ReversalRow>({
    kind: ['Jenis', 'Kind'],
    transaction_code: CODE,
    device_name: DEVICE,
    amount: ['Nilai', 'Amount'],
    payment_method: ['Pembayaran', 'Payment'],
    reason: REASON,
    staff_name: STAFF,
    approved_by: APPROVED,
  }),
]

export const APPROVAL_COLUMNS: readonly CsvColumn<ApprovalRow>[] = [
  { ...soldAt, value: (row) => time(row.at) },
  ...plain<ApprovalRow>({
    kind: ['Jenis', 'Kind'],
    transaction_code: CODE,
    device_name: DEVICE,
    amount: ['Nilai', 'Amount'],
    reason: REASON,
    staff_name: STAFF,
    approved_by: APPROVED,
    proof: ['Bukti', 'Proof'],
  }),
]

export const CONFLICT_COLUMNS: readonly CsvColumn<ConflictRow>[] = [
  ...plain<ConflictRow>({ conflict_id: ['ID', 'ID'] }),
  { id: 'Ditemukan (WIB)', en: 'Detected (WIB)', value: (row) => time(row.detected_at) },
  ...plain<ConflictRow>({
    conflict_type: ['Jenis', 'Kind'],
    operation_type: ['Catatan', 'Operation'],
    offline_id: ['ID luring', 'Offline ID'],
    device_name: DEVICE,
    server_content: ['Isi di server', 'Content on the server'],
    local_content: ['Isi di perangkat', 'Content on the counter'],
    further: ['Isi lain lagi', 'Further contents'],
    resolution: ['Keputusan', 'Decision'],
  }),
  { id: 'Diputuskan (WIB)', en: 'Decided (WIB)', value: (row) => time(row.resolved_at) },
  ...plain<ConflictRow>({ resolved_by: ['Diputuskan oleh', 'Decided by'], reason: REASON }),
]

export const MARK_COLUMNS: readonly CsvColumn<MarkRow>[] = [
  { ...soldAt, value: (row) => time(row.occurred_at) },
  { id: 'Sampai di server (WIB)', en: 'Arrived (WIB)', value: (row) => time(row.arrived_at) },
  ...plain<MarkRow>({
    kind: ['Jenis', 'Kind'],
    operation_type: ['Catatan', 'Operation'],
    transaction_code: CODE,
    offline_id: ['ID luring', 'Offline ID'],
    device_name: DEVICE,
    staff_name: STAFF,
    claimed: ['Menurut perangkat', 'As the device says'],
    computed: ['Menurut server', 'As the server computes'],
  }),
  { id: 'Waktu menurut perangkat (WIB)', en: 'Time as the device says (WIB)', value: (row) => time(row.claimed_at) },
  ...plain<MarkRow>({ named_staff_id: ['ID staf yang disebut', 'Staff ID named'] }),
]

/** Three tables of the takings one below the other. */
export interface TakingsLine {
  readonly group: 'method' | 'counter' | 'time'
  readonly name: string
  readonly count: number
  readonly sales: number
  readonly refunds: number | null
}

export const TAKINGS_COLUMNS: readonly CsvColumn<TakingsLine>[] = [
  {
    id: 'Kelompok',
    en: 'Group',
    value: ({ group }) => group,
  },
  ...plain<TakingsLine>({
    name: ['Nama', 'Name'],
    count: ['Transaksi', 'Sales count'],
    sales: ['Penjualan', 'Sales'],
    refunds: ['Retur', 'Refunds'],
  }),
  { id: 'Bersih', en: 'Net', value: ({ sales, refunds }) => sales - (refunds ?? 0) },
]

export function takingsLines(takings: Takings): TakingsLine[] {
  return [
    ...takings.by_method.map(({ payment_method: name, ...row }) => ({ group: 'method' as const, name, ...row })),
    ...takings.by_device.map(({ device_id: id, device_name: name, ...row }) => ({
      group: 'counter' as const,
      name: name ?? id ?? '',
      ...row,
    })),
    ...takings.by_slot.map(({ slot: name, ...row }) => ({ group: 'time' as const, name, ...row, refunds: null })),
  ]
}
