import fc from 'fast-check'

/** One value, at any depth, is put in the place of another. Each step of `path` counts the entries of an object or array. */
export function withValue(json: unknown, path: readonly number[], value: unknown): unknown {
  const [step, ...rest] = path
  if (step === undefined || typeof json !== 'object' || json === null) return value
  const entries = Object.entries(json)
  const chosen = entries[step % Math.max(1, entries.length)]
  if (!chosen) return value
  const [key, inner] = chosen
  return Array.isArray(json)
    ? json.map((each: unknown, index) => (String(index) === key ? withValue(inner, rest, value) : each))
    : { ...json, [key]: withValue(inner, rest, value) }
}

/** What no schema asks for: wrong types, sizes and names. */
export const oddValue: fc.Arbitrary<unknown> = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  fc.constantFrom(1e308, -0, 1e15 + 0.5, 0.1234, '', '__proto__', [], {}, null, '9'.repeat(400)),
)
