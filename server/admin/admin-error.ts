/** Ends the command with one line on stderr and exit code 1; `usage` adds how the command is meant. */
export class AdminError extends Error {
  override readonly name = 'AdminError'
  readonly usage: boolean

  constructor(message: string, options: { usage?: boolean; cause?: unknown } = {}) {
    super(message, { cause: options.cause })
    this.usage = options.usage ?? false
  }
}

export function wrongUse(message: string): AdminError {
  return new AdminError(message, { usage: true })
}
