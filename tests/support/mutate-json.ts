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

/** Larger, deeper and fuller than anything that is asked for. */
const LARGE: readonly unknown[] = [
  'x'.repeat(400_000),
  Array.from({ length: 50_000 }, () => 0),
  Object.fromEntries(Array.from({ length: 20_000 }, (_, index) => [`k${index}`, 0])),
  JSON.parse(`${'[{"a":'.repeat(500)}0${'}]'.repeat(500)}`),
]

/** What no schema asks for: wrong types, sizes and names. */
export const oddValue: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 6, arbitrary: fc.jsonValue({ maxDepth: 3 }) },
  {
    weight: 6,
    arbitrary: fc.constantFrom(1e308, -0, 1e15 + 0.5, 0.1234, '', '__proto__', [], {}, null, '9'.repeat(400)),
  },
  { weight: 1, arbitrary: fc.constantFrom(...LARGE) },
)
