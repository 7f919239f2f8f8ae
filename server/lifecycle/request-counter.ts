import type { Server } from 'node:http'

export interface RequestCounter {
  /** Resolves when no request is under way, or after `timeoutMs`. */
  idle(timeoutMs: number): Promise<void>
}

/** Counts requests from their first byte to the end of their answer. WebSockets are none. */
export function countRequests(server: Server): RequestCounter {
  let underWay = 0
  let onIdle: (() => void) | null = null
  server.on('request', (_request, response) => {
    underWay++
    response.once('close', () => {
      underWay--
      if (underWay === 0) onIdle?.()
    })
  })
  return {
    idle(timeoutMs) {
      if (underWay === 0) return Promise.resolve()
      return new Promise((resolve) => {
        const timer = setTimeout(resolve, timeoutMs)
        onIdle = () => {
          clearTimeout(timer)
          resolve()
        }
      })
    },
  }
}
