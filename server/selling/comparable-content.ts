/** Where an upload is in its travels, not what was sold. */
const TRAVEL_FIELDS: readonly string[] = ['sync_status', 'synced_at']

/**
 * An item as it is stored and compared (rule Q2): without `sync_status` and `synced_at`, and without nulls, because a field
 * that an older app leaves out and a newer one sends as null say the same. The order of keys and the form of numbers do not
 * matter to jsonb.
 */
export function comparableContent(item: unknown): unknown {
  return isObject(item) ? withoutNulls(item, TRAVEL_FIELDS) : item
}

function withoutNulls(value: unknown, leftOut: readonly string[] = []): unknown {
  if (Array.isArray(value)) return value.map((each) => withoutNulls(each))
  if (!isObject(value)) return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key, each]) => each !== null && !leftOut.includes(key))
      .map(([key, each]) => [key, withoutNulls(each)]),
  )
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
