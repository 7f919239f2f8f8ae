import type { Product } from '../../src/contract/records.ts'
import type { Database, Queryable } from '../database.ts'
import { findBearers, type ImportCounts, importProducts, lockCodes } from '../sql/products.ts'
import type { CsvLanguage } from './csv-words.ts'
import type { LineProblem, ProductLine } from './parse-product-csv.ts'
import { keysOfLines, type ResolvedImport, resolveImport } from './resolve-import.ts'

interface Catalogue {
  readonly branchId: number
  readonly lines: readonly ProductLine[]
  /** Of the problems' words. */
  readonly language: CsvLanguage
}

export type ImportResult =
  | { readonly ok: true; readonly known: readonly (Product | null)[]; readonly counts: ImportCounts }
  | { readonly ok: false; readonly problems: readonly LineProblem[] }

/** What the lines mean in this branch. Reads only. */
export async function lookAtCatalogue(
  db: Queryable,
  { branchId, lines, language }: Catalogue,
): Promise<ResolvedImport> {
  return resolveImport(lines, await findBearers(db, branchId, keysOfLines(lines)), language)
}

/** Brings a catalogue into a branch, all or nothing. */
export function importCatalogue(
  db: Database,
  catalogue: Catalogue & { readonly updatedBy: string; readonly keepStock: boolean },
): Promise<ImportResult> {
  const { branchId, updatedBy, keepStock } = catalogue
  return db.transaction(async (tx) => {
    await lockCodes(tx, branchId)
    const { known, lines, problems } = await lookAtCatalogue(tx, catalogue)
    if (problems.length > 0) return { ok: false, problems }
    const rows = lines.map(({ line: _line, id: _id, ...fields }, index) => ({
      ...fields,
      product_id: known[index]?.id ?? null,
    }))
    return { ok: true, known, counts: await importProducts(tx, { branchId, rows, updatedBy, keepStock }) }
  })
}
