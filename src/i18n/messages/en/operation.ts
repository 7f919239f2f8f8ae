export const operation = {
  sale: 'Sale',
  void: 'Void',
  refund: 'Refund',
  shiftOpen: 'Shift opened',
  shiftClose: 'Shift closed',
  cashIn: 'Cash in',
  cashOut: 'Cash out',
  about: 'for {{reference}}',
  stateQueued: 'Waiting to be sent',
  stateRetry: 'Will be tried again',
  stateSending: 'Being sent',
  stateConfirmed: 'On the server',
  stateNeedsDecision: 'Needs a decision',
  stateCancelled: 'Cancelled here',
  statePaused: 'On hold',
  stateOtherBranch: 'Of another branch',
  shortOffline: 'Server out of reach',
  shortHttp: 'Server is busy',
  shortUnavailable: 'Server is not ready',
  shortInvalid: 'Not readable for the server',
  shortTotals: 'Server counts another total',
  shortBranch: 'Branch does not match',
  shortDevice: 'Device does not match',
  shortMismatch: 'Server has other content',
  shortUnknownSale: 'Its sale is not on the server',
  shortVoid: 'Its sale is already voided',
  shortQuantity: 'More goods than were sold',
  shortAmount: 'More money than was paid',
  shortUnknownShift: 'Its shift is not on the server',
  shortShiftClosed: 'Its shift is already closed',
  longOffline:
    'The server did not answer. This record is safe on the device and goes up by itself when the network is back. Nothing to do.',
  longHttp:
    'The server answered that it can’t take it yet. This record is safe on the device and is tried again by itself.',
  longUnavailable:
    'The server can’t book it right now. This record is safe on the device and is tried again by itself.',
  longInvalid:
    'The server can’t read this record, so it is not booked. It is safe on the device. Try sending it again; if it is refused again, void it here and record it anew.',
  longTotals:
    'The server’s sum differs from the total on the receipt, so it is not booked. The record is safe on the device. Check with a supervisor: send it again, or void it here and record it anew with the right total.',
  longBranch:
    'This record was made for another branch, so the server refused it. It is safe on the device. Export it to a file and import that on a device of the branch.',
  longDevice:
    'This record was made by another device, so the server refused it. It is safe here. Try sending it again, or send it from the device that made it.',
  longMismatch:
    'The server already has a record with this number, but with other content. Neither has been changed. Compare them and choose which one counts.',
  longUnknownSale:
    'The server does not know the sale that this voids or refunds. The record is safe on the device. Send the sale first, then send this again.',
  longVoid:
    'This sale is already voided, perhaps at another counter. Nothing is booked twice. Check the cash in the drawer, then void this record.',
  longQuantity:
    'More goods are refunded than were sold; perhaps another counter refunded them already. Not booked. Check the receipt and the drawer, then void this record and record it anew.',
  longAmount:
    'More money goes back than was paid; perhaps another counter refunded it already. Not booked. Check the receipt and the drawer, then void this record and record it anew.',
  longUnknownShift:
    'The server does not know this shift. The record is safe on the device. Send the opening of the shift first, then send this again.',
  longShiftClosed:
    'This shift is already closed on the server, so it is not booked. The record is safe on the device. Check with a supervisor: send it again, or void it here.',
  outcomeStorageFull:
    'Not saved: the device’s storage is full. Nothing has been recorded. Free some space on the device, then try again.',
  outcomeStorage:
    'Not saved: the device’s storage refused. Nothing has been recorded. Try again; if it stays like this, reload the page.',
  outcomeAlreadyDone: 'It was recorded before. Nothing is recorded twice.',
  outcomeNotEnrolled: 'This device is not enrolled. Nothing has been recorded. Enrol the device first.',
  reasonLabel: 'Reason',
  reasonHint: 'Kept with the record.',
  reasonNeeded: 'Write the reason first.',
  reasonWrongItem: 'Wrong item',
  reasonWrongAmount: 'Miscounted',
  reasonBuyerLeft: 'Customer changed their mind',
  reasonDamaged: 'Goods damaged',
  reasonTwice: 'Recorded twice',
} as const
