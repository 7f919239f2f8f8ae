/** Why money was not taken, by the names of its messages. */
import type { TenderRefusal } from '../../domain/payment.ts'

export const REFUSALS = {
  nothing: 'pay.refusedNothing',
  'too-large': 'pay.refusedTooLarge',
  'over-rest': 'pay.refusedOverRest',
  'not-enough': 'pay.refusedNotEnough',
  overpaid: 'pay.refusedOverpaid',
  'already-paid': 'pay.refusedNothing',
  'not-rupiah': 'number.notRupiah',
} as const satisfies Record<TenderRefusal | 'not-rupiah', string>

/** What the screen says with a title and a text. */
export const FAILURES = {
  'storage-full': 'pay.storageFull',
  storage: 'pay.storage',
  'not-enrolled': 'pay.notEnrolled',
} as const
