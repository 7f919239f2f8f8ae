/**
 * What a receipt says, before language and paper: the facts of a sale, a void or a refund. Whole rupiah, client time in ms.
 * Screen, print, picture and printer all draw the same facts (src/features/shared/receipt/receipt-rows.ts), so they can't disagree.
 */

export interface ReceiptShop {
  readonly name: string
  readonly address: string
  readonly taxNumber: string
  readonly header: string
  readonly footer: string
  /** A data URL (src/contract/settings.ts), or null. */
  readonly logo: string | null
}

export interface ReceiptLine {
  readonly name: string
  readonly unit: string
  readonly quantity: number
  /** Rupiah for one unit; null where only the sum is known (a refund). */
  readonly price: number | null
  /** Rupiah off the line. */
  readonly discount: number
  /** After the discount. */
  readonly total: number
  readonly note: string
}

export interface ReceiptPayment {
  /** As in the contract: CASH, QRIS, … */
  readonly method: string
  readonly amount: number
  /** Cash handed over; null when not counted. */
  readonly tendered: number | null
  readonly reference: string
}

/**
 * What stands on the paper beside the sums. `copy`: printed before. `not-confirmed`: the server has not got it yet.
 * `refused`: the server would not take it, a person decides. `voided`, `refunded`, `partly-refunded`: undone since.
 */
export type ReceiptMark = 'copy' | 'not-confirmed' | 'refused' | 'voided' | 'refunded' | 'partly-refunded'

export interface ReceiptFacts {
  readonly kind: 'sale' | 'void' | 'refund'
  readonly shop: ReceiptShop
  readonly offlineReference: string
  /** The server's own number; null until it has given one. */
  readonly transactionCode: string | null
  /** Reference of the sale that a void or refund undoes; '' when not known. */
  readonly about: string
  readonly at: number
  readonly staffName: string
  readonly deviceName: string
  readonly lines: readonly ReceiptLine[]
  /** Before discounts. */
  readonly subtotal: number
  /** Lines' and cart's together. */
  readonly discountTotal: number
  readonly tax: { readonly rateBp: number; readonly included: boolean; readonly amount: number } | null
  readonly rounding: number
  readonly total: number
  readonly payments: readonly ReceiptPayment[]
  readonly note: string
  /** Why it was voided or refunded. */
  readonly reason: string
  readonly marks: readonly ReceiptMark[]
}

/** Cash to hand back: what was handed over beyond what it paid. */
export function changeOf(payments: readonly Pick<ReceiptPayment, 'amount' | 'tendered'>[]): number {
  return payments.reduce((sum, { amount, tendered }) => sum + Math.max(0, (tendered ?? amount) - amount), 0)
}

/**
 * Control characters (a printer takes ESC and GS as commands), line separators and marks that turn the direction of text
 * around become spaces, so that a name is never more than its letters.
 */
export function plainText(text: string): string {
  return text
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim()
}

/** Lines of at most `columns` characters: broken at spaces, and within a word only when it is longer than a line. */
export function wrapText(text: string, columns: number): readonly string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    const joined = line === '' ? word : `${line} ${word}`
    if (lengthOf(joined) <= columns) {
      line = joined
      continue
    }
    if (line !== '') lines.push(line)
    const letters = Array.from(word)
    while (letters.length > columns) lines.push(letters.splice(0, columns).join(''))
    line = letters.join('')
  }
  lines.push(line)
  return lines
}

/** `left` and `right` on one line, the right one flush; what does not fit beside it goes into lines above. */
export function pairText(left: string, right: string, columns: number): readonly string[] {
  const room = columns - lengthOf(right) - 1
  if (lengthOf(left) <= room) return [left + ' '.repeat(columns - lengthOf(left) - lengthOf(right)) + right]
  const above = wrapText(left, columns)
  const last = above.at(-1) ?? ''
  if (lengthOf(last) <= room) return [...above.slice(0, -1), ...pairText(last, right, columns)]
  return [...above, ...wrapText(right, columns).map((line) => ' '.repeat(columns - lengthOf(line)) + line)]
}

/** Characters as a printer sets them: one column each. */
function lengthOf(text: string): number {
  return Array.from(text).length
}
