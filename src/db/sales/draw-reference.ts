/** The numbers of receipts. A number is drawn in the transaction that records what carries it. */
import type { SalesDb } from './sales-db.ts'
import { readSalesMeta, writeSalesMeta } from './sales-meta.ts'

/** Local day `YYYYMMDD` for which a receipt number is drawn (rule Q6). */
export interface ReferenceRequest {
  readonly day: string
  readonly deviceId: string
}

const REFERENCE_DAYS_KEPT = 400

/** `DEVICE_ID-YYYYMMDD-SEQ`, never the same twice (rule Q6). */
export async function drawReference(db: SalesDb, { day, deviceId }: ReferenceRequest): Promise<string> {
  const days = (await readSalesMeta(db, 'reference'))?.days ?? (await readDrawn(db, `${deviceId}-${day}-`, day))
  const sequence = (days[day] ?? 0) + 1
  const kept = Object.entries({ ...days, [day]: sequence })
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .slice(-REFERENCE_DAYS_KEPT)
  await writeSalesMeta(db, 'reference', { days: Object.fromEntries(kept) })
  return `${deviceId}-${day}-${String(sequence).padStart(4, '0')}`
}

/** The day's last number as the records here show it: on a new device none, or where the count was lost. */
async function readDrawn(db: SalesDb, beginning: string, day: string): Promise<Record<string, number>> {
  let last = 0
  await db.operations.each(({ content }) => {
    // Settled rows are not mended: any of them may be garbled.
    const reference: unknown =
      content?.type === 'sale'
        ? content.sale?.offline_reference
        : content?.type === 'refund'
          ? content.refund?.offline_reference
          : ''
    const isOfDay = typeof reference === 'string' && reference.startsWith(beginning)
    const sequence = isOfDay ? Number(reference.slice(beginning.length)) : 0
    if (Number.isSafeInteger(sequence)) last = Math.max(last, sequence)
  })
  return last === 0 ? {} : { [day]: last }
}
