import type { TFunction } from 'i18next'
import { changeOf, plainText, type ReceiptFacts, type ReceiptLine } from '../../../domain/receipt.ts'
import type { Format } from '../../../i18n/format.ts'
import { methodName } from '../sales/payment-method.ts'

/**
 * One row of a receipt, without paper: a browser sets it in CSS, a printer in columns. Texts are plain (no control
 * characters); `large` is for the total and the change.
 */
export type ReceiptRow =
  | { readonly kind: 'picture'; readonly source: string }
  | { readonly kind: 'text'; readonly text: string; readonly look: 'title' | 'centred' | 'strong' | 'plain' | 'small' }
  | {
      readonly kind: 'pair'
      readonly left: string
      readonly right: string
      readonly look: 'plain' | 'strong' | 'large'
    }
  | { readonly kind: 'mark'; readonly text: string }
  | { readonly kind: 'rule' }

const MARKS = {
  copy: 'receipt.markCopy',
  'not-confirmed': 'receipt.markNotConfirmed',
  refused: 'receipt.markRefused',
  voided: 'receipt.markVoided',
  refunded: 'receipt.markRefunded',
  'partly-refunded': 'receipt.markPartlyRefunded',
} as const

/** A receipt from top to bottom in the language of `t`. */
export function receiptRows(facts: ReceiptFacts, t: TFunction, format: Format): readonly ReceiptRow[] {
  const { shop } = facts
  const pair = (left: string, right: string, look: 'plain' | 'strong' | 'large' = 'plain'): ReceiptRow[] =>
    plainText(right) === '' ? [] : [{ kind: 'pair', left: plainText(left), right: plainText(right), look }]
  return [
    ...(shop.logo === null ? [] : [{ kind: 'picture', source: shop.logo } as const]),
    ...text(shop.name, 'title'),
    ...lines(shop.address, 'centred'),
    ...(shop.taxNumber === '' ? [] : text(t('receipt.taxNumber', { number: shop.taxNumber }), 'centred')),
    ...lines(shop.header, 'centred'),
    ...facts.marks.map((mark): ReceiptRow => ({ kind: 'mark', text: t(MARKS[mark]) })),
    { kind: 'rule' },
    ...(facts.kind === 'sale' ? [] : text(t(`receipt.${facts.kind}Title`), 'title')),
    // On a line of its own: it fills the width of the narrow roll.
    ...text(facts.offlineReference, 'centred'),
    ...pair(t('receipt.code'), facts.transactionCode ?? ''),
    ...pair(t('receipt.about'), facts.about),
    ...pair(t('receipt.time'), format.dateTime(facts.at)),
    ...pair(t('receipt.cashier'), facts.staffName),
    ...pair(t('receipt.counter'), facts.deviceName),
    { kind: 'rule' },
    ...facts.lines.flatMap((line) => lineRows(line, t, format)),
    { kind: 'rule' },
    ...sums(facts, t, format, pair),
    ...paid(facts, t, format, pair),
    ...(facts.reason === '' ? [] : text(t('receipt.reason', { reason: facts.reason }), 'plain')),
    ...(facts.note === '' ? [] : text(t('receipt.note', { note: facts.note }), 'plain')),
    ...(shop.footer === '' ? [] : [{ kind: 'rule' } as const]),
    ...lines(shop.footer, 'centred'),
  ]
}

type Pair = (left: string, right: string, look?: 'plain' | 'strong' | 'large') => ReceiptRow[]

function lineRows(line: ReceiptLine, t: TFunction, format: Format): ReceiptRow[] {
  const quantity = [format.quantity(line.quantity), plainText(line.unit)].filter((part) => part !== '').join(' ')
  return [
    ...text(line.name, 'strong'),
    {
      kind: 'pair',
      left: line.price === null ? quantity : `${quantity} × ${format.number(line.price)}`,
      right: format.number(line.total + line.discount),
      look: 'plain',
    },
    ...(line.discount === 0
      ? []
      : [{ kind: 'pair', left: t('receipt.discount'), right: format.number(-line.discount), look: 'plain' } as const]),
    ...text(line.note, 'small'),
  ]
}

function sums(facts: ReceiptFacts, t: TFunction, format: Format, pair: Pair): ReceiptRow[] {
  const { tax } = facts
  const lineDiscounts = facts.lines.reduce((sum, { discount }) => sum + discount, 0)
  const cartDiscount = facts.discountTotal - lineDiscounts
  const taxWord = tax === null ? '' : t('receipt.tax', { rate: format.quantity(tax.rateBp / 100) })
  const isPlain = facts.discountTotal === 0 && facts.rounding === 0 && (tax === null || tax.included)
  return [
    ...(isPlain ? [] : pair(t('receipt.subtotal'), format.number(facts.subtotal - lineDiscounts))),
    ...(cartDiscount === 0 ? [] : pair(t('receipt.cartDiscount'), format.number(-cartDiscount))),
    ...(tax === null || tax.included ? [] : pair(taxWord, format.number(tax.amount))),
    ...(facts.rounding === 0 ? [] : pair(t('receipt.rounding'), format.number(facts.rounding))),
    ...pair(t(facts.kind === 'refund' ? 'receipt.refundTotal' : 'receipt.total'), format.rupiah(facts.total), 'large'),
    ...(tax?.included ? pair(t('receipt.taxIncluded', { tax: taxWord }), format.number(tax.amount)) : []),
  ]
}

function paid(facts: ReceiptFacts, t: TFunction, format: Format, pair: Pair): ReceiptRow[] {
  const change = changeOf(facts.payments)
  return [
    ...facts.payments.flatMap((payment) => [
      ...pair(methodName(payment.method, t), format.number(payment.tendered ?? payment.amount)),
      ...(payment.reference === ''
        ? []
        : text(t('receipt.paymentReference', { reference: payment.reference }), 'small')),
    ]),
    ...(change === 0 ? [] : pair(t('receipt.change'), format.rupiah(change), 'strong')),
  ]
}

function text(words: string, look: 'title' | 'centred' | 'strong' | 'plain' | 'small'): ReceiptRow[] {
  const plain = plainText(words)
  return plain === '' ? [] : [{ kind: 'text', text: plain, look }]
}

/** Keeps the line breaks of the owner's texts. */
function lines(words: string, look: 'centred'): ReceiptRow[] {
  return words.split(/\r?\n/).flatMap((line) => text(line, look))
}
