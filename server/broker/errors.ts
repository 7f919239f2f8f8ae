/**
 * - `unavailable`: not connected, or not any more; the same call may succeed later.
 * - `refused`: the broker answered and said no.
 * - `timeout`: no answer in time; whether the broker did it is unknown.
 */
export type BrokerErrorKind = 'unavailable' | 'refused' | 'timeout'

export class BrokerError extends Error {
  readonly kind: BrokerErrorKind

  constructor(kind: BrokerErrorKind, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'BrokerError'
    this.kind = kind
  }
}
