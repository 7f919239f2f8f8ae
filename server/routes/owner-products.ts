import type { FastifyInstance } from 'fastify'
import {
  IMPORT_CHARACTERS_MAX,
  IMPORT_PREVIEW_LINES,
  OWNER_PATHS,
  ownerImportRequestSchema,
  ownerProductPatchSchema,
  ownerProductRequestSchema,
} from '../../src/contract/owner.ts'
import { exportQuerySchema, idParamsSchema } from '../../src/contract/queries.ts'
import type { Product } from '../../src/contract/records/product.ts'
import type { RouteDeps } from '../app-deps.ts'
import { lookAtCatalogue } from '../catalogue/look-at-catalogue.ts'
import { planImport } from '../catalogue/plan-import.ts'
import { refuseTakenCodes, withReadCodes } from '../catalogue/product-codes.ts'
import { createProductCsvReader } from '../catalogue/read-product-csv.ts'
import { conflict, invalidRequest, notFound } from '../http/api-error.ts'
import { idempotencyKey, parseRequest } from '../http/parse-request.ts'
import { withoutUndefined } from '../http/without-undefined.ts'
import { type CsvColumn, csvHead, csvLines } from '../reports/csv-file.ts'
import { listProducts, lockProduct } from '../sql/owner-products.ts'
import { insertProduct, lockCodes, updateProduct } from '../sql/products.ts'
import { bookOnce } from '../staff/book-once.ts'
import type { StaffGuard } from '../staff/staff-guard.ts'

/** A character of JSON is at most six bytes; files are mostly plain. */
const IMPORT_BODY_LIMIT = 2 * IMPORT_CHARACTERS_MAX
const REASON = 'owner'

/** The import reads these names again. Stock is for reading: the import leaves that of known products alone. */
const COLUMNS: readonly CsvColumn<Product>[] = [
  { id: 'id', en: 'id', value: ({ id }) => id },
  { id: 'nama', en: 'name', value: ({ name }) => name },
  { id: 'sku', en: 'sku', value: ({ sku }) => sku },
  { id: 'barcode', en: 'barcode', value: ({ barcode }) => barcode },
  { id: 'kategori', en: 'category', value: ({ category }) => category },
  { id: 'harga', en: 'price', value: ({ price }) => price },
  { id: 'satuan', en: 'unit', value: ({ unit }) => unit },
  { id: 'aktif', en: 'active', value: ({ active }) => (active ? 1 : 0) },
  { id: 'stok', en: 'stock', value: ({ stock }) => stock },
]

/** The catalogue in its owner's hands. Behind the staff guard. */
export function registerOwnerProductRoutes(app: FastifyInstance, deps: RouteDeps, guard: StaffGuard): void {
  const { db, imports } = deps
  const readProductCsv = createProductCsvReader()

  app.post(OWNER_PATHS.products, async (request) => {
    const { request_id: requestId, ...fields } = parseRequest(ownerProductRequestSchema, request.body)
    const who = guard.staffOf(request)
    const { branchId } = who.device
    const given = withReadCodes(withoutUndefined(fields))
    const product = await db.transaction((tx) =>
      bookOnce(tx, { who, requestId, kind: 'product', request: fields }, async () => {
        await refuseTakenCodes(tx, branchId, given, null)
        return insertProduct(tx, { ...given, branchId, updatedBy: who.updatedBy, reason: REASON })
      }),
    )
    return { code: 200, data: product }
  })

  app.patch(`${OWNER_PATHS.products}/:id`, async (request) => {
    const { id } = parseRequest(idParamsSchema, request.params)
    const { version, ...patch } = parseRequest(ownerProductPatchSchema, request.body)
    const fields = withReadCodes(withoutUndefined(patch))
    if (Object.keys(fields).length === 0) throw invalidRequest('There is nothing to change')
    const { device, updatedBy } = guard.staffOf(request)
    const product = await db.transaction(async (tx) => {
      // Before the row, as an import does: else each could wait for the other.
      if (fields.sku || fields.barcode) await lockCodes(tx, device.branchId)
      const current = await lockProduct(tx, device.branchId, id)
      if (!current) throw notFound('This branch has no product with this id')
      if (version !== undefined && version !== current.version) {
        throw conflict('This product was changed meanwhile; look at it again')
      }
      await refuseTakenCodes(tx, device.branchId, fields, current)
      return updateProduct(tx, { id, updatedBy, reason: REASON, fields })
    })
    return { code: 200, data: product }
  })

  app.get(OWNER_PATHS.productExport, async (request, reply) => {
    const { language } = parseRequest(exportQuerySchema, request.query)
    const products = await listProducts(db, guard.staffOf(request).device.branchId)
    reply.type('text/csv; charset=utf-8').header('content-disposition', 'attachment; filename="products.csv"')
    return csvHead(COLUMNS, language) + csvLines(COLUMNS, products)
  })

  app.post(OWNER_PATHS.productImport, { bodyLimit: IMPORT_BODY_LIMIT }, async (request) => {
    const { csv, dry_run: dryRun, language } = parseRequest(ownerImportRequestSchema, request.body)
    const requestId = idempotencyKey(request)
    const { device, updatedBy } = guard.staffOf(request)
    const { branchId } = device
    const { products: lines, problems } = await readProductCsv(csv, language)
    if (!dryRun && problems.length === 0) {
      const imported = await imports.bring({ requestId, branchId, lines, language, updatedBy, keepStock: true })
      if (imported.ok) {
        const { created, updated, unchanged, changes } = imported
        return { code: 200, data: { dry_run: false, created, updated, unchanged, problems: [], changes } }
      }
    }
    const looked = await lookAtCatalogue(db, { branchId, lines, language })
    const plan = planImport(looked.lines, looked.known, IMPORT_PREVIEW_LINES)
    const wrong = [...problems, ...looked.problems].sort((a, b) => a.line - b.line)
    return { code: 200, data: { dry_run: dryRun, ...plan, problems: wrong } }
  })
}
