import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import * as v from 'valibot'
import {
  CHECKSUM_RESOURCES,
  CHECKSUM_SIZE_MAX,
  PAGE_LIMIT_DEFAULT,
  PAGE_LIMIT_MAX,
  PATHS,
  type PageMeta,
} from '../../src/contract/rest.ts'
import { codeSchema } from '../../src/contract/values.ts'
import type { AppDeps } from '../app-deps.ts'
import type { DeviceGuard } from '../http/authenticate.ts'
import { isEtagMatch, pageEtag } from '../http/etag.ts'
import { integerParam, parseRequest } from '../http/parse-request.ts'
import { readLogPosition } from '../sql/changes.ts'
import { readChecksums } from '../sql/checksums.ts'
import { readInventoryPage } from '../sql/inventory.ts'
import { readProductPage } from '../sql/products.ts'
import { listStaffForDevices } from '../sql/staff.ts'

const MAX_IDS = PAGE_LIMIT_MAX

const idsSchema = v.pipe(
  v.string(),
  v.regex(/^\d{1,16}(,\d{1,16})*$/, 'must be numbers with commas between'),
  v.transform((text) => text.split(',').map(Number)),
  v.maxLength(MAX_IDS, `must be at most ${MAX_IDS} numbers`),
  v.everyItem((id) => Number.isSafeInteger(id), 'must be ids'),
)

const pageQuerySchema = v.object({
  branch_code: v.optional(codeSchema),
  limit: v.optional(integerParam(1, PAGE_LIMIT_MAX), String(PAGE_LIMIT_DEFAULT)),
  last_id: v.optional(integerParam(0, Number.MAX_SAFE_INTEGER), '0'),
  ids: v.optional(idsSchema),
})

const checksumQuerySchema = v.object({
  branch_code: v.optional(codeSchema),
  resource: v.picklist(CHECKSUM_RESOURCES),
  after: v.optional(integerParam(0, Number.MAX_SAFE_INTEGER), '0'),
  upto: v.optional(integerParam(1, Number.MAX_SAFE_INTEGER)),
  size: v.optional(integerParam(1, CHECKSUM_SIZE_MAX), '500'),
})

export interface PageRequest {
  readonly branchId: number
  readonly lastId: number
  readonly limit: number
  readonly ids?: readonly number[]
}

/** What a page reader answers; position and rows are of one snapshot (rule R4). */
export interface Page<Row> {
  readonly rows: readonly Row[]
  readonly meta: PageMeta & { readonly seq: number; readonly epoch: string }
}

/** Keyset pages of products and inventory, and checksums of them, with ETag (rule R2); the branch's staff. */
export function registerMasterRoutes(app: FastifyInstance, deps: AppDeps, guard: DeviceGuard): void {
  const { db } = deps

  async function answerPage<Row>(
    request: FastifyRequest,
    reply: FastifyReply,
    read: (page: PageRequest) => Promise<Page<Row>>,
  ): Promise<FastifyReply> {
    const query = parseRequest(pageQuerySchema, request.query)
    const branchId = guard.ownBranchId(request, query.branch_code)
    if (await isUnchanged(request, reply, branchId)) return reply
    const { limit, last_id: lastId, ids } = query
    const { rows, meta } = await read({ branchId, lastId, limit, ...(ids ? { ids } : {}) })
    const etag = pageEtag({ branchId, epoch: meta.epoch, seq: meta.seq, url: request.url })
    return reply.header('etag', etag).send({ code: 200, data: rows, meta })
  }

  /** Answers 304 when the log stands where it stood for the asker, before any row is read. */
  async function isUnchanged(request: FastifyRequest, reply: FastifyReply, branchId: number): Promise<boolean> {
    reply.header('cache-control', 'private, no-cache')
    const known = request.headers['if-none-match']
    if (known === undefined) return false
    const position = await readLogPosition(db, branchId)
    const current = pageEtag({ branchId, ...position, url: request.url })
    if (!isEtagMatch(known, current)) return false
    reply.code(304).header('etag', current).send()
    return true
  }

  app.get(PATHS.products, (request, reply) => answerPage(request, reply, (page) => readProductPage(db, page)))
  app.get(PATHS.inventory, (request, reply) => answerPage(request, reply, (page) => readInventoryPage(db, page)))

  app.get(PATHS.checksums, async (request, reply) => {
    const { branch_code: branchCode, upto, ...query } = parseRequest(checksumQuerySchema, request.query)
    const branchId = guard.ownBranchId(request, branchCode)
    if (await isUnchanged(request, reply, branchId)) return reply
    const { ranges, seq, epoch } = await readChecksums(db, { branchId, upTo: upto ?? null, ...query })
    reply.header('etag', pageEtag({ branchId, epoch, seq, url: request.url }))
    return { code: 200, data: ranges, meta: { seq, epoch } }
  })

  app.get(PATHS.staff, async (request) => {
    const query = parseRequest(v.object({ branch_code: v.optional(codeSchema) }), request.query)
    const branchId = guard.ownBranchId(request, query.branch_code)
    return { code: 200, data: await listStaffForDevices(db, branchId) }
  })
}
