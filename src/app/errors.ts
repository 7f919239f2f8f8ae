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

  constructor(kind: StartFailure, cause?: unknown) {
    super(kind, { cause })
    this.name = 'AppStartError'
    this.kind = kind
  }
}
