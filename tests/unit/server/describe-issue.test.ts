import * as v from 'valibot'
import { expect, it } from 'vitest'
import { describeIssue } from '../../../server/http/describe-issue.ts'
import { settingsRequestSchema } from '../../../src/contract/admin.ts'

const LONG = 'a'.repeat(500_000)

it.each([
  ['a time that is none', { values: {}, updated_at: LONG }],
  ['a value of another type', { values: LONG, updated_at: '2026-01-01T00:00:00Z' }],
  ['a name of its own', { values: { [LONG]: 1 }, updated_at: '2026-01-01T00:00:00Z' }],
])('says what is wrong with %s, in few words and without what was sent', (_, sent) => {
  const parsed = v.safeParse(settingsRequestSchema, sent, { abortEarly: true })
  const text = parsed.success ? '' : describeIssue(parsed.issues[0])
  expect(text).toMatch(/^(updated_at|values)/)
  expect(text).not.toContain('received')
  expect(text.length).toBeLessThan(300)
})
