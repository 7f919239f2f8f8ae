/** One line that says why the server did not start. Never a connection string: it may hold a password. */
export function describeStartError(error: unknown): string {
  if (!(error instanceof Error)) return 'The server did not start'
  const code = 'code' in error && typeof error.code === 'string' ? error.code : null
  const first = error instanceof AggregateError ? error.errors.find((part) => part instanceof Error) : undefined
  const message = (error.message || first?.message || error.name).split('\n', 1)[0] ?? ''
  const words = message.replace(/\b([a-z]+:\/\/)[^@\s/]+@/g, '$1…@')
  return code === null || words.includes(code) ? words : `${words} (${code})`
}
