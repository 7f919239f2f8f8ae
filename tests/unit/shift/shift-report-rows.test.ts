import { describe, expect, it } from 'vitest'
import type { Shift, ShiftReport } from '../../../src/db/sales/shifts.ts'
import { type ShiftEvent, shiftSums } from '../../../src/domain/shift.ts'
import { differenceWords, shiftReportRows } from '../../../src/features/shift/shift-report-rows.ts'
import { createFormat } from '../../../src/i18n/format.ts'
import { wordsOf } from '../receipt/words.ts'

const t = wordsOf('id')
const format = createFormat('id', 'Asia/Jakarta')
const EIGHT = Date.UTC(2026, 10, 22, 1, 2)
const SHIFT_ID = '56752b9f-3cb4-4b29-8512-ce3e0112c527'

const EVENTS: readonly ShiftEvent[] = [
  {
    kind: 'sale',
    payments: [
      { method: 'CASH', amount: 15_000 },
      { method: 'QRIS', amount: 5_000 },
    ],
  },
  { kind: 'sale', payments: [{ method: 'CASH', amount: 7_000 }] },
  { kind: 'undone-sale' },
  { kind: 'unknown-void' },
  { kind: 'refund', payment: { method: 'CASH', amount: 2_000 } },
  { kind: 'movement', direction: 'out', amount: 10_000 },
]

const open: Shift = {
  shiftId: SHIFT_ID,
  openedAt: EIGHT,
  openingCash: 100_000,
  staffName: 'Sari',
  closing: null,
}

const closed: Shift = {
  ...open,
  closing: {
    action: 'close',
    offline_id: '56752b9f-3cb4-4b29-8512-ce3e0112c528',
    shift_offline_id: SHIFT_ID,
    staff_id: 2,
    staff_name: 'Budi',
    device_id: 'DEV-DBBA60CF',
    created_at_device: '2026-11-22T09:00:00Z',
    counted_cash: 100_000,
    expected_cash: 103_000,
    totals: [
      { payment_method: 'CASH', count: 1, sales: 8_000, refunds: 2_000 },
      { payment_method: 'QRIS', count: 1, sales: 5_000, refunds: 0 },
    ],
    unsent_count: 3,
    note: 'Laci seret',
    closedAt: EIGHT + 8 * 3_600_000,
  },
}

function print(report: Partial<ShiftReport>): string[] {
  const whole: ShiftReport = {
    shift: open,
    sums: shiftSums(100_000, EVENTS),
    movements: [{ offlineId: 'x', direction: 'out', amount: 10_000, reason: 'Beli es batu', at: EIGHT + 60_000 }],
    unsent: { count: 0, amount: 0 },
    ...report,
  }
  const rows = shiftReportRows(whole, { shopName: 'Sumber Rejeki', deviceName: 'Kasir depan' }, t, format)
  return rows.map((row) => {
    if (row.kind === 'pair') return `${row.left}: ${row.right}`
    if (row.kind === 'rule') return '--'
    return row.kind === 'picture' ? '' : row.text
  })
}

describe('a shift report', () => {
  it('of an open shift: what should be there now, each method, and no count', () => {
    expect(print({ unsent: { count: 2, amount: 22_000 } })).toEqual([
      'Sumber Rejeki',
      'Laporan shift',
      'SHIFT MASIH TERBUKA',
      '--',
      'Dibuka: 22 Nov 2026, 08.02',
      'Dibuka oleh: Sari',
      'Perangkat: Kasir depan',
      '--',
      'Uang tunai',
      'Uang awal: 100.000',
      'Penjualan tunai: 22.000',
      'Dikembalikan tunai: -2.000',
      'Uang keluar: -10.000',
      'Seharusnya di laci: Rp 110.000',
      '--',
      'Per cara bayar',
      'Tunai (2): 22.000',
      'Tunai dikembalikan: -2.000',
      'QRIS (1): 5.000',
      'Jumlah penjualan: Rp 27.000',
      'Jumlah dikembalikan: -2.000',
      '--',
      'Penjualan: 2',
      'Dibatalkan: 2',
      'Retur: 1',
      'Pembatalan penjualan kasir lain, uangnya tidak ikut dihitung: 1',
      'Belum terkirim sekarang: 2 (Rp 22.000)',
      '--',
      'Uang masuk dan keluar',
      '08.03 Beli es batu: -10.000',
    ])
  })

  it('of a closed shift: what was written down stands, and what came after the count is named', () => {
    const lines = print({ shift: closed })
    for (const line of [
      'Ditutup: 22 Nov 2026, 16.02',
      'Ditutup oleh: Budi',
      'Tercatat setelah dihitung: -7.000',
      'Seharusnya di laci: Rp 103.000',
      'Dihitung: Rp 100.000',
      'Selisih: Kurang Rp 3.000',
      'Tunai (1): 8.000',
      'Jumlah penjualan: Rp 13.000',
      'Belum terkirim saat ditutup: 3',
      'Catatan: Laci seret',
    ]) {
      expect(lines).toContain(line)
    }
    expect(lines).not.toContain('SHIFT MASIH TERBUKA')
  })

  it('names a difference by its kind', () => {
    expect([0, -1_500, 2_000].map((difference) => differenceWords(difference, t, format))).toEqual([
      'Pas',
      'Kurang Rp 1.500',
      'Lebih Rp 2.000',
    ])
  })
})
