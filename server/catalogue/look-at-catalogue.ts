import type { Product } from '../../src/contract/records/product.ts'
import type { Database } from '../database.ts'
import { createBreather } from '../http/breather.ts'
import type { ImportLine } from '../sql/catalogue-imports.ts'
import { findBearers } from '../sql/products.ts'
import type { CsvLanguage } from './csv-words.ts'
import type { ProductLine } from './parse-product-csv.ts'
import { keysOfLines, type ResolvedImport, resolveImport } from './resolve-import.ts'

/** Some lines of a file, the first at `start`, and who had their codes when they were looked at. */
export interface CataloguePart {
  readonly start: number
  /** As the file gives them. */
  readonly given: readonly ProductLine[]
  readonly bearers: readonly Product[]
}

export interface LookedAtCatalogue extends ResolvedImport {
  readonly parts: readonly CataloguePart[]
}

/** Lines of one turn of the database. */
const PART = 100

/** What the lines mean in this branch. Reads only, some lines at a time, so that nobody waits for a whole file. */
export async function lookAtCatalogue(
  db: Database,
  {
    branchId,
    lines,
    language,
  }: { readonly branchId: number; readonly lines: readonly ProductLine[]; readonly language: CsvLanguage },
): Promise<LookedAtCatalogue> {
  const parts: CataloguePart[] = []
  for (let start = 0; start < lines.length; start += PART) {
    const given = lines.slice(start, start + PART)
    parts.push({ start, given, bearers: await findBearers(db, branchId, keysOfLines(given)) })
  }
  const bearers = [...new Map(parts.flatMap((part) => part.bearers.map((each) => [each.id, each]))).values()]
  bearers.sort((a, b) => a.id - b.id)
  return { ...(await resolveImport(lines, bearers, language, createBreather())), parts }
}

/** A part's lines as they are laid down. */
export function rowsOf({ lines, known }: ResolvedImport, { start, given }: CataloguePart): ImportLine[] {
  return lines.slice(start, start + given.length).map(({ line: _line, id: _id, ...fields }, index) => ({
    ...fields,
    product_id: known[start + index]?.id ?? null,
  }))
}
