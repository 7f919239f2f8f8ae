import { createHash } from 'node:crypto'

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

/** What nobody asked for is kept up to here, in characters of JSON: a newer app may send fields that this server does not know. */
const UNKNOWN_MAX = 16 * 1024

/**
 * The same, bounded: when an item carries much that the contract does not know, only what `value`, the item as the contract
 * reads it, knows is kept, and a digest of everything instead of the rest. Retries are still told from other contents.
 */
export function storedContent(item: unknown, value: unknown): unknown {
  const content = comparableContent(item)
  const size = JSON.stringify(content).length
  if (size <= UNKNOWN_MAX || !isObject(content)) return content
  const known = knownPart(content, value)
  if (!isObject(known) || size - JSON.stringify(known).length <= UNKNOWN_MAX) return content
  return {
    ...known,
    content_sha256: createHash('sha256')
      .update(JSON.stringify(inOrder(content)))
      .digest('hex'),
  }
}

function knownPart(content: unknown, value: unknown): unknown {
  if (Array.isArray(content) && Array.isArray(value)) return content.map((each, index) => knownPart(each, value[index]))
  if (!isObject(content) || !isObject(value)) return content
  const known = Object.entries(content).filter(([key]) => Object.hasOwn(value, key))
  return Object.fromEntries(known.map(([key, each]) => [key, knownPart(each, value[key])]))
}

/** Keys sorted: their order says nothing. */
function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder)
  if (!isObject(value)) return value
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1))
  // A list: an object would put keys that are numbers first.
  return entries.map(([key, each]) => [key, inOrder(each)])
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
