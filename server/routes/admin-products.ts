import type { FastifyInstance } from 'fastify'
import { productPatchSchema, productRequestSchema } from '../../src/contract/admin.ts'
import { stockRequestSchema } from '../../src/contract/admin-answers.ts'
import { idParamsSchema, importQuerySchema, productSearchQuerySchema } from '../../src/contract/queries.ts'
import { decodeText } from '../../src/domain/decode-text.ts'
import type { RouteDeps } from '../app-deps.ts'
import { lookAtCatalogue } from '../catalogue/look-at-catalogue.ts'
import type { LineProblem } from '../catalogue/parse-product-csv.ts'
import { refuseTakenCodes, withReadCodes } from '../catalogue/product-codes.ts'
import { createProductCsvReader } from '../catalogue/read-product-csv.ts'
import { ApiError, invalidRequest, notFound } from '../http/api-error.ts'
import { idempotencyKey, parseRequest } from '../http/parse-request.ts'
import { withoutUndefined } from '../http/without-undefined.ts'
import { changeStock, searchProducts } from '../sql/admin-products.ts'
import { findProduct, insertProduct, updateProduct } from '../sql/products.ts'
import { branchNamed } from './branch-named.ts'

const IMPORT_BODY_LIMIT = 10 * 1024 * 1024
/** Who stands in the events that an admin call causes. */
const ADMIN = 'admin'

/** The catalogue as its owner changes it: one product, a whole file, or a stock. */
export function registerAdminProductRoutes(app: FastifyInstance, deps: RouteDeps): void {
  const { db, imports } = deps
  const readProductCsv = createProductCsvReader()
  app.addContentTypeParser(
    ['text/csv', 'application/csv', 'application/vnd.ms-excel'],
    { parseAs: 'buffer', bodyLimit: IMPORT_BODY_LIMIT },
    // In whatever encoding the spreadsheet wrote it: the header of the request does not know.
    (_request, body, done) => done(null, typeof body === 'string' ? body : decodeText(body)),
  )

  app.get('/api/v1/admin/product', async (request) => {
    const { branch_code: branchCode, search, limit } = parseRequest(productSearchQuerySchema, request.query)
    const branch = await branchNamed(db, branchCode)
    return { code: 200, data: await searchProducts(db, { branchId: branch.id, search: search.trim(), limit }) }
  })

  app.post('/api/v1/admin/product', async (request) => {
    const { branch_code: branchCode, reason = 'admin', ...fields } = parseRequest(productRequestSchema, request.body)
    const branch = await branchNamed(db, branchCode)
    const given = withReadCodes(withoutUndefined(fields))
    const product = await db.transaction(async (tx) => {
      await refuseTakenCodes(tx, branch.id, given, null)
      return insertProduct(tx, { ...given, branchId: branch.id, updatedBy: ADMIN, reason })
    })
    return { code: 200, data: product }
  })

  app.patch('/api/v1/admin/product/:id', async (request) => {
    const { id } = parseRequest(idParamsSchema, request.params)
    const { reason = 'admin', ...patch } = parseRequest(productPatchSchema, request.body)
    const fields = withReadCodes(withoutUndefined(patch))
    if (Object.keys(fields).length === 0) throw invalidRequest('There is nothing to change')
    const product = await db.transaction(async (tx) => {
      const current = await findProduct(tx, id)
      if (!current) return undefined
      await refuseTakenCodes(tx, current.branchId, fields, current.product)
      return updateProduct(tx, { id, updatedBy: ADMIN, reason, fields })
    })
    if (!product) throw notFound('There is no product with this id')
    return { code: 200, data: product }
  })

  app.post('/api/v1/admin/stock', async (request) => {
    const {
      product_id: productId,
      stock,
      delta,
      reason,
      updated_by: updatedBy,
    } = parseRequest(stockRequestSchema, request.body)
    const change = { productId, reason, updatedBy, ...withoutUndefined({ stock, delta }) }
    const product = await db.transaction((tx) => changeStock(tx, change))
    if (!product) throw notFound('There is no product with this id')
    return { code: 200, data: product }
  })

  app.post('/api/v1/admin/product/import', { bodyLimit: IMPORT_BODY_LIMIT }, async (request) => {
    const query = parseRequest(importQuerySchema, request.query)
    const dryRun = query.dry_run === '1' || query.dry_run === 'true'
    if (typeof request.body !== 'string') throw invalidRequest('Send the file as text/csv')
    const branch = await branchNamed(db, query.branch_code)
    const { products, problems } = await readProductCsv(request.body)
    const catalogue = { branchId: branch.id, lines: products, language: 'en' as const }
    if (dryRun || problems.length > 0) {
      const looked = await lookAtCatalogue(db, catalogue)
      const wrong = [...problems, ...looked.problems].sort((a, b) => a.line - b.line)
      if (!dryRun) throw refuseImport(wrong)
      return { code: 200, data: { dry_run: true, products: products.length, problems: wrong } }
    }
    const requestId = idempotencyKey(request)
    const imported = await imports.bring({ ...catalogue, requestId, updatedBy: ADMIN, keepStock: false })
    if (!imported.ok) throw refuseImport(imported.problems)
    const { created, updated, unchanged } = imported
    return { code: 200, data: { dry_run: false, products: products.length, problems, created, updated, unchanged } }
  })
}

function refuseImport(problems: readonly LineProblem[]): ApiError {
  const message = `Nothing was imported: ${problems.length === 1 ? 'one line is' : `${problems.length} lines are`} wrong`
  return new ApiError(400, 'invalid_request', message, {}, { problems })
}
