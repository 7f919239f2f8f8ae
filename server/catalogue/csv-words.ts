/** What is wrong with a line of a catalogue file, in words for the person who made the file. */
export type CsvLanguage = 'id' | 'en'

/** The columns as the header of an exported file names them. */
const COLUMNS = {
  id: 'id',
  name: 'nama',
  price: 'harga',
  sku: 'sku',
  barcode: 'barcode',
  category: 'kategori',
  unit: 'satuan',
  active: 'aktif',
  stock: 'stok',
}
export type CsvColumnName = keyof typeof COLUMNS

const en = {
  column: (column: CsvColumnName): string => column,
  emptyFile: 'the file is empty',
  noProducts: 'there is no product below the header',
  tooMany: (most: number) => `a file holds at most ${most} products`,
  longLine: (most: number) => `the line is longer than ${most} characters`,
  openQuote: 'a quote is opened and not closed where the cell ends',
  lacksColumns: (columns: readonly string[]) => `the header lacks the column ${columns.join(' and ')}`,
  columnTwice: (column: string) => `the header names the column ${column} twice`,
  cellCount: (cells: number, header: number) => `has ${cells} cells, the header ${header}`,
  repeated: (column: string, value: string, line: number) => `${column} ${value} stands in line ${line} already`,
  empty: 'is empty',
  control: 'holds a control character',
  long200: 'is longer than 200 characters',
  long20: 'is longer than 20 characters',
  rupiah: 'is not whole rupiah in digits alone, such as 15000',
  large: 'is too large',
  blanks: 'holds blanks or other signs; keep it as text, without an exponent',
  flag: 'is neither yes nor no',
  quantity: 'is not a number with at most three decimals after a point',
  id: 'is not a product number',
}

const id: typeof en = {
  column: (column) => COLUMNS[column],
  emptyFile: 'file ini kosong',
  noProducts: 'tidak ada produk di bawah baris judul',
  tooMany: (most) => `satu file paling banyak berisi ${most} produk`,
  longLine: (most) => `baris ini lebih panjang dari ${most} karakter`,
  openQuote: 'tanda kutip dibuka tetapi tidak ditutup di akhir sel',
  lacksColumns: (columns) => `baris judul belum punya kolom ${columns.join(' dan ')}`,
  columnTwice: (column) => `baris judul menyebut kolom ${column} dua kali`,
  cellCount: (cells, header) => `berisi ${cells} sel, baris judul ${header}`,
  repeated: (column, value, line) => `${column} ${value} sudah ada di baris ${line}`,
  empty: 'kosong',
  control: 'berisi karakter kendali',
  long200: 'lebih panjang dari 200 karakter',
  long20: 'lebih panjang dari 20 karakter',
  rupiah: 'bukan rupiah bulat dalam angka saja, misalnya 15000',
  large: 'terlalu besar',
  blanks: 'berisi spasi atau tanda lain; simpan sebagai teks, tanpa eksponen',
  flag: 'bukan ya atau tidak',
  quantity: 'bukan angka dengan paling banyak tiga desimal setelah titik',
  id: 'bukan nomor produk',
}

export const CSV_WORDS: Readonly<Record<CsvLanguage, typeof en>> = { id, en }
export type CsvWords = typeof en
/** What can be wrong with one cell. */
export type CellFault = { [K in keyof CsvWords]: CsvWords[K] extends string ? K : never }[keyof CsvWords]
