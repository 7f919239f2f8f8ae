export const number = {
  ambiguous: 'This can mean {{whole}} or {{decimal}}. Write one of them.',
  notRupiah: 'Write whole rupiah, such as 15.000.',
} as const
