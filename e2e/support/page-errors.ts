import type { BrowserContext, ConsoleMessage } from '@playwright/test'

/** What no page may write: errors in the console, uncaught errors, unhandled rejections. */
export interface PageErrors {
  watch(context: BrowserContext): void
  /** From now on such lines are expected in this test (a cut network makes the browser itself report failed loads). */
  allow(pattern: RegExp): void
  /** What was written and is not allowed. */
  unexpected(): string[]
}

/**
 * What Chromium writes, by itself and unavoidably, when the network is cut or the server is away. A status that a test expects it
 * names (`answered`).
 */
export const NETWORK_ERRORS =
  /net::ERR_|WebSocket connection to .* failed(?!.*Unexpected response code)|WebSocket is (closed before the connection is established|already in CLOSING or CLOSED state)/

/** What Chromium writes of an answer with one of these statuses. */
export function answered(...statuses: readonly number[]): RegExp {
  return new RegExp(`the server responded with a status of (?:${statuses.join('|')})\\b`)
}

export function createPageErrors(): PageErrors {
  const seen: string[] = []
  const allowed: RegExp[] = []
  return {
    watch(context) {
      const note = (message: ConsoleMessage) => {
        if (message.type() === 'error') seen.push(`console: ${message.text()} (${message.location().url})`)
      }
      // Of every tab and of its workers; a service worker belongs to none.
      context.on('console', note)
      context.on('serviceworker', (worker) => worker.on('console', note))
      // An error without frames comes with an empty stack.
      context.on('weberror', (error) => seen.push(`uncaught: ${error.error().stack || error.error().message}`))
    },
    allow(pattern) {
      allowed.push(pattern)
    },
    unexpected: () => seen.filter((line) => !allowed.some((pattern) => pattern.test(line))),
  }
}
