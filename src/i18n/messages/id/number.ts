export const number = {
  ambiguous: 'Bisa berarti {{whole}} atau {{decimal}}. Tulis salah satunya.',
  notRupiah: 'Tulis rupiah bulat, misalnya 15.000.',
} as const
