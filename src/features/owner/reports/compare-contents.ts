/** Two contents of one operation, field by field. */

export interface FieldPair {
  /** `items.0.price` */
  readonly field: string
  /** As text; null: not there. */
  readonly server: string | null
  readonly local: string | null
}

export interface Comparison {
  readonly different: readonly FieldPair[]
  /** Fields that are the same in both. */
  readonly sameCount: number
}

/** Never throws, whatever a counter sent. */
export function compareContents(server: unknown, local: unknown): Comparison {
  const onServer = flatten(server)
  const onCounter = flatten(local)
  const fields = [...new Set([...onServer.keys(), ...onCounter.keys()])]
  const pairs = fields.map((field) => ({
    field,
    server: onServer.get(field) ?? null,
    local: onCounter.get(field) ?? null,
  }))
  const different = pairs.filter((pair) => pair.server !== pair.local)
  return { different, sameCount: pairs.length - different.length }
}

/** Values by their path. Null counts as not there: that is how the server compares. */
function flatten(value: unknown, path = '', into = new Map<string, string>()): Map<string, string> {
  if (value === null || value === undefined) return into
  if (typeof value !== 'object') {
    into.set(path, String(value))
    return into
  }
  for (const [key, inner] of Object.entries(value)) flatten(inner, path === '' ? key : `${path}.${key}`, into)
  return into
}
