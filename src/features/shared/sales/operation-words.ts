/** Texts for an operation of this device: its kind, its state, and why the server refused it. */
import type { TFunction } from 'i18next'
import type { OperationError, OperationRow } from '../../../db/sales/sales-rows.ts'
import type { RecordOutcome } from '../../../sync/outbox/sales.ts'

const SHORT_ERRORS = {
  offline: 'operation.shortOffline',
  http: 'operation.shortHttp',
  unavailable: 'operation.shortUnavailable',
  invalid: 'operation.shortInvalid',
  totals_mismatch: 'operation.shortTotals',
  wrong_branch: 'operation.shortBranch',
  wrong_device: 'operation.shortDevice',
  data_mismatch: 'operation.shortMismatch',
  unknown_transaction: 'operation.shortUnknownSale',
  already_void: 'operation.shortVoid',
  quantity_exceeded: 'operation.shortQuantity',
  amount_exceeded: 'operation.shortAmount',
  unknown_shift: 'operation.shortUnknownShift',
  shift_closed: 'operation.shortShiftClosed',
} as const satisfies Record<OperationError['kind'], string>

const LONG_ERRORS = {
  offline: 'operation.longOffline',
  http: 'operation.longHttp',
  unavailable: 'operation.longUnavailable',
  invalid: 'operation.longInvalid',
  totals_mismatch: 'operation.longTotals',
  wrong_branch: 'operation.longBranch',
  wrong_device: 'operation.longDevice',
  data_mismatch: 'operation.longMismatch',
  unknown_transaction: 'operation.longUnknownSale',
  already_void: 'operation.longVoid',
  quantity_exceeded: 'operation.longQuantity',
  amount_exceeded: 'operation.longAmount',
  unknown_shift: 'operation.longUnknownShift',
  shift_closed: 'operation.longShiftClosed',
} as const satisfies Record<OperationError['kind'], string>

const OUTCOMES = {
  'storage-full': 'operation.outcomeStorageFull',
  storage: 'operation.outcomeStorage',
  'already-done': 'operation.outcomeAlreadyDone',
  'not-enrolled': 'operation.outcomeNotEnrolled',
} as const satisfies Record<Extract<RecordOutcome, { ok: false }>['reason'], string>

/** Short text for a list row. */
export function shortErrorWords({ kind }: OperationError, t: TFunction): string {
  return t(SHORT_ERRORS[kind])
}

/** What happened, what is safe, what to do. */
export function errorWords({ kind }: OperationError, t: TFunction): string {
  return t(LONG_ERRORS[kind])
}

/** Why a command recorded no operation. */
export function outcomeWords(reason: keyof typeof OUTCOMES, t: TFunction): string {
  return t(OUTCOMES[reason])
}

export function kindWords({ content }: Pick<OperationRow, 'content'>, t: TFunction): string {
  switch (content.type) {
    case 'sale':
      return t('operation.sale')
    case 'void':
      return t('operation.void')
    case 'refund':
      return t('operation.refund')
    case 'shift':
      return t(content.shift.action === 'open' ? 'operation.shiftOpen' : 'operation.shiftClose')
    case 'cash_movement':
      return t(content.movement.direction === 'in' ? 'operation.cashIn' : 'operation.cashOut')
  }
}

/** Its receipt number; '' if it has none. */
export function referenceOf({ content }: Pick<OperationRow, 'content'>): string {
  switch (content.type) {
    case 'sale':
      return content.sale.offline_reference
    case 'refund':
      return content.refund.offline_reference
    default:
      return ''
  }
}

/** Amount in whole rupiah: positive into the drawer or the bank, negative out of it; null if it moves no money. */
export function totalOf({ content }: Pick<OperationRow, 'content'>): number | null {
  switch (content.type) {
    case 'sale':
      return content.sale.grand_total
    case 'refund':
      return -content.refund.refund_total
    case 'cash_movement':
      return content.movement.direction === 'in' ? content.movement.amount : -content.movement.amount
    case 'shift':
      return content.shift.action === 'open' ? content.shift.opening_cash : content.shift.counted_cash
    case 'void':
      return null
  }
}

/** The reason that a person gave; '' for operations that need none. */
export function reasonOf({ content }: Pick<OperationRow, 'content'>): string {
  switch (content.type) {
    case 'void':
      return content.void.reason
    case 'refund':
      return content.refund.reason
    case 'cash_movement':
      return content.movement.reason
    default:
      return ''
  }
}
