import fc from 'fast-check'

/** Small to write and dear to read, if somebody reads it without a bound: each of them as long as wanted. */
const SHAPES: readonly ((length: number) => string)[] = [
  (length) => '['.repeat(length),
  (length) => '{"a":'.repeat(length / 5),
  (length) => '['.repeat(length / 2) + ']'.repeat(length / 2),
  (length) => `${'{"a":'.repeat(length / 6)}0${'}'.repeat(length / 6)}`,
  (length) => `[${'[],'.repeat(length / 3)}[]]`,
  (length) => `[${'{},'.repeat(length / 3)}{}]`,
  (length) => `{${Array.from({ length: length / 12 }, (_, index) => `"k${index}":0`).join()}}`,
  (length) => `{${'"k":0,'.repeat(length / 6)}"k":0}`,
  (length) => '9'.repeat(length),
  (length) => `0.${'0'.repeat(length)}1`,
  (length) => `"${'\\u0000'.repeat(length / 6)}"`,
  (length) => `"${'\\'.repeat(length / 2)}`,
  (length) => `"${'a'.repeat(length)}"`,
  (length) => `"${'é'.repeat(length / 2)}"`,
  (length) => ' '.repeat(length),
]

/** As a message about a failure names it: hundreds of thousands of characters say nothing. */
export interface CostlyJson {
  readonly text: string
  [fc.toStringMethod](): string
}

/** A value of JSON, or the beginning of one, of up to so many characters. */
export const costlyJson = (longest: number): fc.Arbitrary<CostlyJson> =>
  fc
    .tuple(fc.constantFrom(...SHAPES), fc.oneof(fc.constant(longest), fc.integer({ min: 60, max: longest })))
    .map(([shape, length]) => {
      const text = shape(length)
      return { text, [fc.toStringMethod]: () => `${text.slice(0, 20)}… of ${text.length}` }
    })
