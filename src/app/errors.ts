import type { RescuedFile } from '../sync/outbox/rescue-unsent.ts'

/** Why the app can't start on this browser. The screen says it in words. */
export type StartFailure =
  | 'insecure-context'
  | 'no-indexeddb'
  | 'storage-refused'
  | 'newer-data'
  | 'upgrade-failed'
  | 'upgrade-blocked'

export class AppStartError extends Error {
  readonly kind: StartFailure
  /** Everything unsent, where it was read before an upgrade that then failed. */
  readonly unsent: RescuedFile | null

  constructor(kind: StartFailure, cause?: unknown, unsent: RescuedFile | null = null) {
    super(kind, { cause })
    this.name = 'AppStartError'
    this.kind = kind
    this.unsent = unsent
  }
}
