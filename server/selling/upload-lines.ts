import type { CausedLines } from '../caused-lines.ts'

/** What an upload writes into the log: one line of a kind, because its sender chooses how many items are refused. */
export interface UploadLines {
  refused(offlineId: string, kind: string): void
  failed(message: string, error: unknown, offlineId: string): void
  /** Writes them: how many there were, and the first. */
  tell(): void
}

export function createUploadLines(lines: CausedLines, deviceId: string): UploadLines {
  const counts: Record<string, number> = {}
  let firstRefused: string | null = null
  const failures = new Map<string, { readonly error: unknown; readonly offlineId: string; count: number }>()
  return {
    refused(offlineId, kind) {
      firstRefused ??= offlineId
      counts[kind] = (counts[kind] ?? 0) + 1
    },
    failed(message, error, offlineId) {
      const known = failures.get(message)
      if (known) known.count += 1
      else failures.set(message, { error, offlineId, count: 1 })
    },
    tell() {
      if (firstRefused !== null) {
        lines('info', { device_id: deviceId, offline_id: firstRefused, counts }, 'refused')
      }
      for (const [message, { error, offlineId, count }] of failures) {
        lines(
          'error',
          { ...(error === null ? {} : { err: error }), device_id: deviceId, offline_id: offlineId, count },
          message,
        )
      }
    },
  }
}
