/** What each column of a catalogue file takes. Pure. */
import * as v from 'valibot'
import { idSchema, priceSchema, quantitySchema } from '../../src/contract/values.ts'
import { isShownInstead, type ReadCode, readBarcode, readSku } from '../../src/domain/product-code.ts'
import { isAmbiguousQuantity, readFileQuantity, readFileRupiah } from '../../src/domain/typed-number.ts'
import type { CellFault, CsvColumnName } from './csv-words.ts'

const FLAGS: ReadonlyMap<string, boolean> = new Map([
  ...['1', 'true', 'yes', 'ya'].map((word) => [word, true] as const),
  ...['0', 'false', 'no', 'tidak'].map((word) => [word, false] as const),
])

/** The schemas' messages are faults, which the words are looked up by. */
const fault = (name: CellFault): CellFault => name
const text = (longest: 20 | 200) => v.pipe(v.string(), v.maxLength(longest, fault(`long${longest}`)), readable)
const filled = v.minLength<string, 1, string>(1, fault('empty'))

/** Keeps out what a person would not see in a spreadsheet but would find in a database. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused here
const printable = v.regex<string, string>(/^[^\u0000-\u001f\u007f]*$/, fault('control'))
/** What a decoder writes for bytes that are none of its characters: the name is lost, and would be so for good. */
const readable = v.excludes<string, string, string>('\ufffd', fault('unreadable'))

const shown = v.check<string, CellFault>((cell) => !isShownInstead(cell) || /^#*$/.test(cell), fault('instead'))

/** What an export put before a text that a spreadsheet would have taken for a formula. */
const unquoted = v.transform<string, string>((cell) =>
  /^'[=+\-@\uFF1D\uFF0B\uFF0D\uFF20]/.test(cell) ? cell.slice(1) : cell,
)

/** A code as it is stored; one that was only blanks or an apostrophe is none. */
const code = (read: (text: string) => ReadCode) =>
  v.rawTransform<string, string | null>(({ dataset, addIssue, NEVER }) => {
    const result = read(dataset.value)
    if (result.ok) return result.code === '' ? null : result.code
    addIssue({ message: fault(result.fault) })
    return NEVER
  })

const number = (read: (text: string) => number | null, wrong: (text: string) => CellFault) =>
  v.rawTransform<string, number>(({ dataset, addIssue, NEVER }) => {
    const value = read(dataset.value)
    if (value !== null) return value
    addIssue({ message: fault(wrong(dataset.value)) })
    return NEVER
  })

/** Schemas of cells. `hasCommas`: commas stand between the cells. */
export const csvCells = ({ hasCommas }: { readonly hasCommas: boolean }) =>
  ({
    id: v.pipe(
      v.string(),
      v.regex(/^\d{1,16}$/, fault('id')),
      v.transform(Number),
      v.check((id) => v.is(idSchema, id), fault('id')),
    ),
    name: v.pipe(text(200), filled, printable, shown, unquoted),
    price: v.pipe(
      v.string(),
      filled,
      number(readFileRupiah, () => 'rupiah'),
      v.check((price) => v.is(priceSchema, price), fault('large')),
    ),
    sku: v.pipe(text(200), printable, code(readSku)),
    barcode: v.pipe(text(200), printable, code(readBarcode)),
    category: v.pipe(text(200), printable, shown, unquoted),
    unit: v.pipe(text(20), printable, shown, unquoted),
    active: v.pipe(
      v.string(),
      v.transform((cell) => FLAGS.get(cell.toLowerCase())),
      v.boolean(fault('flag')),
    ),
    stock: v.pipe(
      v.string(),
      number(
        (cell) => readFileQuantity(cell, { hasCommas }),
        (cell) => (isAmbiguousQuantity(cell) ? 'twoReadings' : 'quantity'),
      ),
      v.check((stock) => v.is(quantitySchema, stock), fault('large')),
    ),
  }) as const satisfies Record<CsvColumnName, v.GenericSchema<string, unknown>>
