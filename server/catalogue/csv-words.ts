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
  tooManyRows: (most: number) => `a file holds at most ${most} rows: remove the blank ones`,
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
  blanks: 'holds blanks or signs that no scanner reads; keep it as text',
  exponent: 'was made a number by a spreadsheet and lost its digits; format the column as text and type it anew',
  dressed:
    'was made an amount by a spreadsheet, with signs that are no part of it; format the column as text and type its digits alone',
  instead: 'is what a spreadsheet shows in place of a value; widen the column or mend the formula',
  unreadable: 'holds a character that could not be read; save the file as UTF-8',
  workbook: 'this is a workbook; save it as CSV first',
  codeTaken: (column: string, value: string, owner: string) => `${column} ${value} belongs to ${owner}`,
  codeOnItsWay: (column: string, value: string) =>
    `${column} ${value} comes with a file that is being imported; try again when it is done`,
  codeShared: (column: string, value: string, owners: string) =>
    `${column} ${value} belongs to more than one product (${owners}); give the id`,
  sameProduct: (line: number) => `means the same product as line ${line}`,
  owner: (name: string, id: number, sku: string | null) => `${name} (id ${id}${sku ? `, SKU ${sku}` : ''})`,
  flag: 'is neither yes nor no',
  quantity: 'is not a number with at most three decimals after a point',
  twoReadings: 'can be thousands or decimals; write 1500 for the one, 1,5 or 1,5000 for the other',
  id: 'is not a product number',
  brokenOff: (done: number, lines: number) =>
    `the database refused a line, and the import ended: ${done} of ${lines} products of this file are in; import it again`,
}

const id: typeof en = {
  column: (column) => COLUMNS[column],
  emptyFile: 'file ini kosong',
  noProducts: 'tidak ada produk di bawah baris judul',
  tooMany: (most) => `satu file paling banyak berisi ${most} produk`,
  tooManyRows: (most) => `satu file paling banyak berisi ${most} baris: hapus baris yang kosong`,
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
  blanks: 'berisi spasi atau tanda yang tidak terbaca pemindai; simpan sebagai teks',
  exponent:
    'diubah menjadi angka oleh spreadsheet dan kehilangan digitnya; format kolomnya sebagai teks lalu ketik ulang',
  dressed:
    'diubah menjadi jumlah oleh spreadsheet, dengan tanda yang bukan bagiannya; format kolomnya sebagai teks lalu ketik digitnya saja',
  instead: 'adalah yang ditampilkan spreadsheet sebagai pengganti nilai; lebarkan kolomnya atau betulkan rumusnya',
  unreadable: 'berisi karakter yang tidak terbaca; simpan file sebagai UTF-8',
  workbook: 'ini file buku kerja; simpan dulu sebagai CSV',
  codeTaken: (column, value, owner) => `${column} ${value} milik ${owner}`,
  codeOnItsWay: (column, value) =>
    `${column} ${value} datang dari berkas yang sedang diimpor; coba lagi setelah selesai`,
  codeShared: (column, value, owners) => `${column} ${value} milik lebih dari satu produk (${owners}); isi kolom id`,
  sameProduct: (line) => `berarti produk yang sama dengan baris ${line}`,
  owner: (name, id, sku) => `${name} (id ${id}${sku ? `, SKU ${sku}` : ''})`,
  flag: 'bukan ya atau tidak',
  quantity: 'bukan angka dengan paling banyak tiga desimal setelah titik',
  twoReadings: 'bisa berarti ribuan atau desimal; tulis 1500 untuk ribuan, 1,5 atau 1,5000 untuk desimal',
  id: 'bukan nomor produk',
  brokenOff: (done, lines) =>
    `database menolak satu baris dan impor berhenti: ${done} dari ${lines} produk di berkas ini sudah masuk; impor lagi`,
}

export const CSV_WORDS: Readonly<Record<CsvLanguage, typeof en>> = { id, en }
export type CsvWords = typeof en
/** What can be wrong with one cell. */
export type CellFault = { [K in keyof CsvWords]: CsvWords[K] extends string ? K : never }[keyof CsvWords]
