export const methods = {
  cash: 'Cash',
  qris: 'QRIS',
  gopay: 'GoPay',
  ovo: 'OVO',
  dana: 'DANA',
  card: 'Card',
  transfer: 'Transfer',
} as const
