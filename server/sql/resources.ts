/** What the server reads for each resource of the declarations (src/contract/records/registry.ts): said once, for pages, lists and checksums. */
import { kindsOf, RECORDS, type RecordRegistry, type Resource } from '../../src/contract/records/registry.ts'

/** Where a resource's rows lie. All of these are names of SQL, written here and never taken from a request. */
export interface RowSource {
  /** Has `branch_id` and, unless the resource is of shape `one`, `id`. */
  readonly table: string
  /** The function that makes JSON of a row, as it travels. */
  readonly toJson: string
  /** Which of the table's rows, `t`, as SQL with the branch's id as `$1`; absent: all of the branch's. */
  readonly only?: string
  /** The versions of the records in a row, in the order in which the declarations name their kinds. */
  readonly versions: readonly string[]
}

export interface ServedResource extends Pick<Resource, 'name' | 'path' | 'shape'> {
  readonly source: RowSource
}

export const PRODUCT_ROWS: RowSource = {
  table: 'products',
  toJson: 'product_json',
  versions: ['version', 'stock_version'],
}
export const INVENTORY_ROWS: RowSource = { table: 'inventory', toJson: 'inventory_json', versions: ['version'] }
/** Without the hash of an owner's PIN, or of somebody's who left. */
export const STAFF_ROWS: RowSource = { table: 'staff', toJson: 'staff_json', versions: ['version'] }
/** Sales of the last days, with their refunds in their rows. */
const SALE_ROWS: RowSource = {
  table: 'transactions',
  toJson: 'transaction_json',
  only: 't.refund_of IS NULL AND t.id >= (SELECT first_kept_sale($1))',
  versions: ['version'],
}
const SETTINGS_ROWS: RowSource = { table: 'settings', toJson: 'settings_json', versions: ['version'] }

/** By the resource's name. */
export const ROW_SOURCES: ReadonlyMap<string, RowSource> = new Map([
  ['product', PRODUCT_ROWS],
  ['inventory', INVENTORY_ROWS],
  ['staff', STAFF_ROWS],
  ['settings', SETTINGS_ROWS],
  ['transaction', SALE_ROWS],
])

const SQL_NAME = /^[a-z_][a-z0-9_]*$/

/** Throws TypeError when a declared resource has no source, or one that does not fit its kinds. */
export function serveRecords(
  registry: RecordRegistry,
  sources: ReadonlyMap<string, RowSource>,
): readonly ServedResource[] {
  return registry.resources.map(({ name, path, shape }) => {
    const source = sources.get(name)
    if (!source) throw new TypeError(`${name} is served from no table`)
    const wrong = [source.table, source.toJson, ...source.versions].find((word) => !SQL_NAME.test(word))
    if (wrong !== undefined) throw new TypeError(`${name}: not a name of SQL: ${wrong}`)
    if (source.versions.length !== kindsOf(registry, name).length) {
      throw new TypeError(`${name} has one version for each kind in its rows`)
    }
    return { name, path, shape, source }
  })
}

/** What this product serves. */
export const SERVED_RESOURCES = serveRecords(RECORDS, ROW_SOURCES)
