import { Readable } from 'node:stream'
import type { FastifyInstance, FastifyReply } from 'fastify'
import { idParamsSchema } from '../../src/contract/queries.ts'
import {
  conflictDecisionPath,
  REPORT_NAMES,
  type ReportName,
  type ReportQuery,
  reportPath,
  reportQuerySchema,
} from '../../src/contract/reports.ts'
import { conflictDecisionSchema } from '../../src/contract/review-reports.ts'
import type { RouteDeps } from '../app-deps.ts'
import { parseRequest } from '../http/parse-request.ts'
import { LIST_REPORTS, takingsFile } from '../reports/reports.ts'
import { resolveConflict } from '../selling/resolve-conflict.ts'
import { readTakings } from '../sql/reports.ts'
import type { StaffGuard } from '../staff/staff-guard.ts'

/** What the owner reads about the branch's sales. Behind the staff guard. */
export function registerOwnerReportRoutes(app: FastifyInstance, deps: RouteDeps, guard: StaffGuard): void {
  const { db } = deps

  for (const name of REPORT_NAMES) {
    app.get(reportPath(name), async (request, reply) => {
      const query = parseRequest(reportQuerySchema, request.query)
      const { branchId } = guard.staffOf(request).device
      if (query.format === 'csv') return sendFile(deps, reply, { name, query, parts: readFile(name, branchId, query) })
      const { from, to } = query
      const data =
        name === 'takings'
          ? await readTakings(db, { branchId, from, to, limit: null })
          : await LIST_REPORTS[name].list(db, branchId, { from, to })
      return { code: 200, data }
    })
  }

  app.post(conflictDecisionPath(':id'), async (request) => {
    const { id: conflictId } = parseRequest(idParamsSchema, request.params)
    const { resolution: wanted, reason } = parseRequest(conflictDecisionSchema, request.body)
    const { device, staff } = guard.staffOf(request)
    const { resolution } = await resolveConflict(
      deps,
      { deviceId: device.id, branchId: device.branchId, branchCode: device.branchCode },
      { conflictId, resolution: wanted, reason, approvedBy: staff.staffId },
    )
    deps.lines('info', { conflict_id: conflictId, resolution, by: staff.staffId }, 'conflict decided by the owner')
    return { code: 200, data: { conflict_id: conflictId, resolution } }
  })

  function readFile(name: ReportName, branchId: number, { from, to, lang }: ReportQuery): AsyncIterable<string> {
    return name === 'takings'
      ? takingsFile(db, branchId, { from, to }, lang)
      : LIST_REPORTS[name].file(db, branchId, { from, to }, lang)
  }
}

async function sendFile(
  { lines }: Pick<RouteDeps, 'lines'>,
  reply: FastifyReply,
  { name, query, parts }: { name: ReportName; query: ReportQuery; parts: AsyncIterable<string> },
): Promise<FastifyReply> {
  const { from, to } = query
  const fileName = `${name}-${from}${to === from ? '' : `_${to}`}.csv`
  const stream = Readable.from(parts)
  stream.on('error', (error) => lines('error', { err: error, report: name }, 'a report broke off'))
  return reply
    .type('text/csv; charset=utf-8')
    .header('content-disposition', `attachment; filename="${fileName}"`)
    .send(stream)
}
