/** What stands behind the `?` of a request, and the ids in its path. All of it is text, and is read here. */
import * as v from 'valibot'
import { CHECKSUM_SIZE_MAX, PAGE_LIMIT_DEFAULT, PAGE_LIMIT_MAX } from './pages.ts'
import { codeSchema, offlineIdSchema } from './values.ts'

/** A whole number. */
export function integerParam(lowest: number, highest: number) {
  return v.pipe(
    v.string(),
    v.regex(/^\d{1,16}$/, `must be a whole number from ${lowest} to ${highest}`),
    v.transform(Number),
    v.minValue(lowest, `must be at least ${lowest}`),
    v.maxValue(highest, `must be at most ${highest}`),
  )
}

/** A number out of a path such as `/product/1386`. */
export const idParamsSchema = v.object({ id: integerParam(1, Number.MAX_SAFE_INTEGER) })
/** Out of `/device/DEV-DBBA60CF`. */
export const deviceParamsSchema = v.object({ id: v.pipe(v.string(), v.maxLength(64)) })

/** The device's own branch, which a request need not name; another one is 403 `forbidden`. */
const ownBranch = { branch_code: v.optional(codeSchema) }
export const ownBranchQuerySchema = v.object(ownBranch)
/** The admin's requests name the branch. */
export const branchNamedQuerySchema = v.object({ branch_code: codeSchema })
/** Without a name: all branches. */
export const anyBranchQuerySchema = v.object({ branch_code: v.optional(codeSchema) })

const MAX_IDS = PAGE_LIMIT_MAX
const idsSchema = v.pipe(
  v.string(),
  v.regex(/^\d{1,16}(,\d{1,16})*$/, 'must be numbers with commas between'),
  v.transform((text) => text.split(',').map(Number)),
  v.check((ids) => ids.length <= MAX_IDS, `must be at most ${MAX_IDS} numbers`),
  v.everyItem((id) => Number.isSafeInteger(id), 'must be ids'),
)

/** Rows by ascending id after `last_id`, or those of `ids` alone. */
export const pageQuerySchema = v.object({
  ...ownBranch,
  limit: v.optional(integerParam(1, PAGE_LIMIT_MAX), String(PAGE_LIMIT_DEFAULT)),
  last_id: v.optional(integerParam(0, Number.MAX_SAFE_INTEGER), '0'),
  ids: v.optional(idsSchema),
})

/** @param resources names of what can be compared */
export const checksumQuerySchema = (resources: readonly string[]) =>
  v.object({
    ...ownBranch,
    resource: v.picklist(resources, `must be one of ${resources.join(', ')}`),
    after: v.optional(integerParam(0, Number.MAX_SAFE_INTEGER), '0'),
    upto: v.optional(integerParam(1, Number.MAX_SAFE_INTEGER)),
    size: v.optional(integerParam(1, CHECKSUM_SIZE_MAX), '500'),
  })

const CHANGES_LIMIT_DEFAULT = 500
const CHANGES_LIMIT_MAX = 1000
export const changesQuerySchema = v.object({
  ...ownBranch,
  after: integerParam(0, Number.MAX_SAFE_INTEGER),
  limit: v.optional(integerParam(1, CHANGES_LIMIT_MAX), String(CHANGES_LIMIT_DEFAULT)),
  /** The device's last mark. One that means nothing is no reason to refuse it the log. */
  seen: v.optional(v.string()),
})

const TRANSACTIONS_LIMIT_DEFAULT = 10
const TRANSACTIONS_LIMIT_MAX = 200
/** As `TransactionQuery` of transactions.ts. */
export const transactionsQuerySchema = v.object({
  ...ownBranch,
  limit: v.optional(integerParam(1, TRANSACTIONS_LIMIT_MAX), String(TRANSACTIONS_LIMIT_DEFAULT)),
  before_id: v.optional(integerParam(1, Number.MAX_SAFE_INTEGER)),
  device_id: v.optional(v.pipe(v.string(), v.maxLength(64))),
  day: v.optional(v.pipe(v.string(), v.isoDate(), v.check(isRealDay, 'there is no such day'))),
  text: v.optional(v.pipe(v.string(), v.maxLength(200))),
  offline_id: v.optional(offlineIdSchema),
})

/** Language of the header line. */
export const exportQuerySchema = v.object({ language: v.optional(v.picklist(['id', 'en']), 'id') })

const SEARCH_LIMIT_DEFAULT = 50
const SEARCH_LIMIT_MAX = 1000
export const productSearchQuerySchema = v.object({
  branch_code: codeSchema,
  search: v.optional(v.pipe(v.string(), v.maxLength(200)), ''),
  limit: v.optional(integerParam(1, SEARCH_LIMIT_MAX), String(SEARCH_LIMIT_DEFAULT)),
})

export const importQuerySchema = v.object({
  branch_code: codeSchema,
  dry_run: v.optional(v.picklist(['0', '1', 'false', 'true']), '0'),
})

/** `2026-02-30` has the form of a day and is none. */
function isRealDay(day: string): boolean {
  const time = Date.parse(`${day}T00:00:00Z`)
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(day)
}
