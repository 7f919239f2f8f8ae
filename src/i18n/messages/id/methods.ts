export const methods = {
  cash: 'Tunai',
  qris: 'QRIS',
  gopay: 'GoPay',
  ovo: 'OVO',
  dana: 'DANA',
  card: 'Kartu',
  transfer: 'Transfer',
} as const
