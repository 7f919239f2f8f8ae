/** Codes that come by a form or by REST: the rules of a file's, for one product. */
import { barcodeKey, readBarcode, readSku, skuKey } from '../../src/domain/product-code.ts'
import type { Queryable } from '../database.ts'
import { invalidRequest } from '../http/api-error.ts'
import { isCodeOnItsWay } from '../sql/catalogue-imports.ts'
import { findBearers, lockCodes } from '../sql/products.ts'
import { CSV_WORDS } from './csv-words.ts'

interface Codes {
  readonly sku?: string | null
  readonly barcode?: string | null
}

const READERS = { sku: readSku, barcode: readBarcode } as const
const WORDS = CSV_WORDS.en

/** The fields with their codes as they are stored; an empty code is none. Throws a 400 for one that cannot be kept. */
export function withReadCodes<T extends Codes>(fields: T): T {
  const codes: { -readonly [K in keyof Codes]: Codes[K] } = {}
  for (const column of ['sku', 'barcode'] as const) {
    const text = fields[column]
    if (text === undefined || text === null) continue
    const code = READERS[column](text)
    if (!code.ok) throw invalidRequest(`${column} ${WORDS[code.fault]}`)
    codes[column] = code.code === '' ? null : code.code
  }
  return { ...fields, ...codes }
}

/**
 * Throws a 400 that names the owner when a code is another product's, or comes with a file that is being imported. Other changes of codes in the branch wait until the
 * transaction ends.
 * @param current the product that gets them; null: a new one. A code that it has already is not taken from anybody.
 */
export async function refuseTakenCodes(
  tx: Queryable,
  branchId: number,
  { sku, barcode }: Codes,
  current: { readonly id: number; readonly sku: string | null; readonly barcode: string | null } | null,
): Promise<void> {
  if (!sku && !barcode) return
  await lockCodes(tx, branchId)
  const wanted = [
    { column: 'sku', code: sku, keyOf: skuKey },
    { column: 'barcode', code: barcode, keyOf: barcodeKey },
  ] as const
  for (const { column, code, keyOf } of wanted) {
    if (!code || (current?.[column] && keyOf(current[column]) === keyOf(code))) continue
    const keys = { skus: column === 'sku' ? [keyOf(code)] : [], barcodes: column === 'barcode' ? [keyOf(code)] : [] }
    const owner = (await findBearers(tx, branchId, keys)).find(({ id }) => id !== current?.id)
    if (owner) throw invalidRequest(WORDS.codeTaken(column, code, WORDS.owner(owner.name, owner.id, owner.sku)))
    if (await isCodeOnItsWay(tx, branchId, column, keyOf(code))) throw invalidRequest(WORDS.codeOnItsWay(column, code))
  }
}
