import type { FastifyInstance } from 'fastify'
import {
  OWNER_PATHS,
  receivingRequestSchema,
  type StockBooking,
  stocktakeRequestSchema,
} from '../../src/contract/owner.ts'
import type { AppDeps } from '../app-deps.ts'
import { notFound } from '../http/api-error.ts'
import { parseRequest } from '../http/parse-request.ts'
import { bookStock, type StockLine } from '../sql/stock-bookings.ts'
import { bookOnce } from '../staff/book-once.ts'
import type { StaffAtDevice, StaffGuard } from '../staff/staff-guard.ts'

/** What stands in the stock's history when the owner gave no reason of their own; counters have words for it. */
const REASONS = { receiving: 'restock', stocktake: 'adjustment' } as const

/** Goods received and stock counted. Behind the staff guard. */
export function registerOwnerStockRoutes(app: FastifyInstance, deps: AppDeps, guard: StaffGuard): void {
  app.post(OWNER_PATHS.receiving, async (request) => {
    const { request_id: requestId, ...body } = parseRequest(receivingRequestSchema, request.body)
    const lines = body.lines.map((line) => ({
      productId: line.product_id,
      inventoryId: line.inventory_id,
      delta: line.quantity,
    }))
    return { code: 200, data: await book(guard.staffOf(request), { requestId, kind: 'receiving', body, lines }) }
  })

  app.post(OWNER_PATHS.stocktake, async (request) => {
    const { request_id: requestId, ...body } = parseRequest(stocktakeRequestSchema, request.body)
    const lines = body.lines.map((line) => ({
      productId: line.product_id,
      inventoryId: line.inventory_id,
      delta: difference(line.counted, line.shown),
    }))
    return { code: 200, data: await book(guard.staffOf(request), { requestId, kind: 'stocktake', body, lines }) }
  })

  function book(
    who: StaffAtDevice,
    booking: {
      requestId: string
      kind: keyof typeof REASONS
      body: { readonly note: string }
      lines: readonly StockLine[]
    },
  ): Promise<StockBooking> {
    const { requestId, kind, body, lines } = booking
    const reason = body.note === '' ? REASONS[kind] : body.note
    const { branchId } = who.device
    return deps.db.transaction((tx) =>
      bookOnce(tx, { who, requestId, kind, request: body }, async (documentId) => {
        const booked = await bookStock(tx, { branchId, lines, reason, updatedBy: who.updatedBy })
        if (booked === null) throw notFound('A product or a place of it does not exist in this branch any more')
        return { document_id: documentId, lines: booked }
      }),
    )
  }
}

/** In thousandths, as all quantities: 0.3 − 0.1 is 0.2. */
function difference(counted: number, shown: number): number {
  return (Math.round(counted * 1000) - Math.round(shown * 1000)) / 1000
}
