import * as v from 'valibot'
import { UnusableAnswer } from './errors.ts'
import type { HttpAnswer } from './ports.ts'

/** The parsed body, or UnusableAnswer: an answer of the wrong shape is no answer (rule C1). */
export function readAnswer<T extends v.GenericSchema>(schema: T, { body }: HttpAnswer): v.InferOutput<T> {
  const parsed = v.safeParse(schema, body)
  if (parsed.success) return parsed.output
  const [issue] = parsed.issues
  const path = v.getDotPath(issue)
  throw new UnusableAnswer(`${path ? `${path}: ` : ''}${issue.message}`)
}
