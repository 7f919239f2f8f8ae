import type { OperationType, RefusalKind } from '../../src/contract/batch-sync.ts'

/** An operation that can't be booked: thrown inside its database transaction, so that nothing of it stays. */
export class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly kind: RefusalKind

  /** `message` is in words, for a person. */
  constructor(kind: RefusalKind, message: string) {
    super(message)
    this.kind = kind
  }
}

/** The id is known with other content (rule Q2). Thrown too: what was done before it in the transaction must not stay. */
export class ContentMismatch extends Refusal {
  readonly offlineId: string
  readonly type: OperationType

  constructor(offlineId: string, type: OperationType) {
    super('data_mismatch', 'This id is booked already, with other content')
    this.offlineId = offlineId
    this.type = type
  }
}
