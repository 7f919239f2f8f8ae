import type { Queryable } from '../database.ts'
import { notFound } from '../http/api-error.ts'
import { type Branch, findBranch } from '../sql/merchants.ts'

/** The branch with this code; throws a 404. */
export async function branchNamed(db: Queryable, code: string): Promise<Branch> {
  const branch = await findBranch(db, code)
  if (!branch) throw notFound('There is no branch with this code')
  return branch
}
