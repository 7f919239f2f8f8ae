/** A failure in one short line for support, without secrets: the file that holds it leaves the shop. */

export const FAILURE_TEXT_KEPT = 400

/** Longer input is cut before it is looked at: a hostile message must not cost time. */
const LOOKED_AT = 4000
const HIDDEN = '[…]'

const SECRETS: readonly (readonly [RegExp, string])[] = [
  [/pbkdf2-[\w-]+\$[^\s"']*/gi, HIDDEN],
  [/\b(bearer\s+)[^\s"',;]+/gi, `$1${HIDDEN}`],
  // Pairing codes in addresses, PINs and their hashes in quoted bodies.
  [/\b((?:pairing_)?code"?\s*[=:]\s*"?)[\w-]{6,}/gi, `$1${HIDDEN}`],
  [/\b((?:pin|pin_hash|(?:mqtt_)?password|held|device_secret_token|token)"?\s*[=:]\s*"?)[^\s"',;}]+/gi, `$1${HIDDEN}`],
  // Tokens are 43 characters of base64; ids of the shop are shorter.
  [/[\w+/=-]{40,}/g, HIDDEN],
]

/** @param error an error, or words; undefined: `what` says it all */
export function failureText(what: string, error?: unknown): string {
  let text = (error === undefined ? what : `${what}: ${safely(() => rawText(error))}`)
    .slice(0, LOOKED_AT)
    .replaceAll(/\s+/g, ' ')
    .trim()
  for (const [pattern, replacement] of SECRETS) text = text.replaceAll(pattern, replacement)
  return text.length > FAILURE_TEXT_KEPT ? `${text.slice(0, FAILURE_TEXT_KEPT - 1)}…` : text
}

function rawText(error: unknown): string {
  if (typeof error === 'string') return error
  if (!(error instanceof Error)) return String(error)
  const { name, message } = error
  // Dexie says why in `inner`.
  const inner: unknown = 'inner' in error ? error.inner : error.cause
  const why = inner instanceof Error && !message.includes(inner.message) ? ` (${inner.name}: ${inner.message})` : ''
  return `${name}: ${message}${why}`
}

/** What was thrown may be anything, also something that throws when it is looked at. */
function safely(read: () => string): string {
  try {
    return read()
  } catch {
    return 'something without words'
  }
}
