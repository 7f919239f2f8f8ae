/** How both drivers read values, so that nothing above sees a difference. */

/** A bigint as a number. Throws RangeError beyond 2^53: ids, versions and positions are checked to stay below. */
export function parseInt8(text: string): number {
  const value = Number(text)
  if (!Number.isSafeInteger(value)) throw new RangeError(`${text} is not a safe integer`)
  return value
}

/** A timestamptz as ISO 8601 in UTC with milliseconds; `infinity` stays as it is. */
export function parseTimestamp(text: string): string {
  const time = Date.parse(text.replace(' ', 'T').replace(/([+-]\d\d)$/, '$1:00'))
  return Number.isNaN(time) ? text : new Date(time).toISOString()
}
