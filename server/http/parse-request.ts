import { randomUUID } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import * as v from 'valibot'
import { IDEMPOTENCY_HEADER } from '../../src/contract/rest.ts'
import { offlineIdSchema } from '../../src/contract/values.ts'
import { invalidRequest } from './api-error.ts'
import { describeIssue } from './describe-issue.ts'

/** Parses a body or query by its contract. Throws a 400 that names the first field which is wrong, never its value. */
export function parseRequest<T extends v.GenericSchema>(schema: T, input: unknown): v.InferOutput<T> {
  const parsed = v.safeParse(schema, input ?? {}, { abortEarly: true })
  if (parsed.success) return parsed.output
  throw invalidRequest(describeIssue(parsed.issues[0]))
}

/** What the sender calls this request; a new name when it gives none. Throws a 400. */
export function idempotencyKey({ headers }: Pick<FastifyRequest, 'headers'>): string {
  const { [IDEMPOTENCY_HEADER]: key } = headers
  if (key === undefined) return randomUUID()
  return parseRequest(v.object({ [IDEMPOTENCY_HEADER]: offlineIdSchema }), { [IDEMPOTENCY_HEADER]: key })[
    IDEMPOTENCY_HEADER
  ]
}
