import { RECORDS } from '../../src/contract/records/registry.ts'
import { PATHS } from '../../src/contract/rest.ts'

const HISTORY = RECORDS.resources.filter(({ isHistory }) => isHistory)

/** A question about what a refresh loads and compares: master data without the history, which the engine asks for itself (rule R6). */
export function isOfRefresh({ pathname, searchParams }: URL): boolean {
  const isHistory = HISTORY.some(({ name, path }) => path === pathname || name === searchParams.get('resource'))
  return pathname.startsWith('/api/v1/master/') && !isHistory
}

/** The comparison of a refresh with the server (rule R2). */
export function isComparison(url: URL): boolean {
  return url.pathname === PATHS.checksums && isOfRefresh(url)
}
