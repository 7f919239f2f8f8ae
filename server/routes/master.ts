import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import * as v from 'valibot'
import { CHECKSUM_SIZE_MAX, PAGE_LIMIT_DEFAULT, PAGE_LIMIT_MAX } from '../../src/contract/pages.ts'
import { PATHS } from '../../src/contract/rest.ts'
import { codeSchema } from '../../src/contract/values.ts'
import type { RouteDeps } from '../app-deps.ts'
import type { DeviceGuard } from '../http/authenticate.ts'
import { isEtagMatch, pageEtag } from '../http/etag.ts'
import { integerParam, parseRequest } from '../http/parse-request.ts'
import { readLogPosition } from '../sql/changes.ts'
import { readChecksums } from '../sql/checksums.ts'
import { listRows, readPage } from '../sql/pages.ts'
import type { RowSource, ServedResource } from '../sql/resources.ts'

const MAX_IDS = PAGE_LIMIT_MAX

const idsSchema = v.pipe(
  v.string(),
  v.regex(/^\d{1,16}(,\d{1,16})*$/, 'must be numbers with commas between'),
  v.transform((text) => text.split(',').map(Number)),
  v.maxLength(MAX_IDS, `must be at most ${MAX_IDS} numbers`),
  v.everyItem((id) => Number.isSafeInteger(id), 'must be ids'),
)

const branchQuery = { branch_code: v.optional(codeSchema) }

const pageQuerySchema = v.object({
  ...branchQuery,
  limit: v.optional(integerParam(1, PAGE_LIMIT_MAX), String(PAGE_LIMIT_DEFAULT)),
  last_id: v.optional(integerParam(0, Number.MAX_SAFE_INTEGER), '0'),
  ids: v.optional(idsSchema),
})

const checksumQuerySchema = (resources: readonly ServedResource[]) => {
  const byName = new Map(resources.map((resource) => [resource.name, resource]))
  return v.object({
    ...branchQuery,
    resource: v.pipe(
      v.string(),
      v.transform((name) => byName.get(name)),
      v.custom<ServedResource>((found) => found !== undefined, `must be one of ${[...byName.keys()].join(', ')}`),
    ),
    after: v.optional(integerParam(0, Number.MAX_SAFE_INTEGER), '0'),
    upto: v.optional(integerParam(1, Number.MAX_SAFE_INTEGER)),
    size: v.optional(integerParam(1, CHECKSUM_SIZE_MAX), '500'),
  })
}

/**
 * The branch's records: of each resource its keyset pages with ETag (rule R2) or its list, and the checksums of all. A resource of shape
 * `one` has a route of its own elsewhere.
 */
export function registerMasterRoutes(app: FastifyInstance, { db, resources }: RouteDeps, guard: DeviceGuard): void {
  const checksumQuery = checksumQuerySchema(resources)

  for (const { path, shape, source } of resources) {
    if (shape === 'pages') app.get(path, (request, reply) => answerPage(request, reply, source))
    if (shape === 'list') app.get(path, (request) => answerList(request, source))
  }

  async function answerPage(request: FastifyRequest, reply: FastifyReply, source: RowSource): Promise<FastifyReply> {
    const query = parseRequest(pageQuerySchema, request.query)
    const branchId = guard.ownBranchId(request, query.branch_code)
    if (await isUnchanged(request, reply, branchId)) return reply
    const { limit, last_id: lastId, ids } = query
    const { rows, meta } = await readPage(db, source, { branchId, lastId, limit, ids })
    const etag = pageEtag({ branchId, epoch: meta.epoch, seq: meta.seq, url: request.url })
    return reply.header('etag', etag).send({ code: 200, data: rows, meta })
  }

  async function answerList(request: FastifyRequest, source: RowSource): Promise<{ code: number; data: unknown[] }> {
    const query = parseRequest(v.object(branchQuery), request.query)
    const branchId = guard.ownBranchId(request, query.branch_code)
    return { code: 200, data: await listRows(db, source, branchId) }
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

  app.get(PATHS.checksums, async (request, reply) => {
    const { branch_code: branchCode, upto, ...query } = parseRequest(checksumQuery, request.query)
    const branchId = guard.ownBranchId(request, branchCode)
    if (await isUnchanged(request, reply, branchId)) return reply
    const { ranges, seq, epoch } = await readChecksums(db, { branchId, upTo: upto ?? null, ...query })
    reply.header('etag', pageEtag({ branchId, epoch, seq, url: request.url }))
    return { code: 200, data: ranges, meta: { seq, epoch } }
  })
}
