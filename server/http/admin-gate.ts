import type { FastifyRequest } from 'fastify'
import { isSameSecret } from '../broker/policy.ts'
import type { SecurityLog } from '../security/security-log.ts'
import { ApiError } from './api-error.ts'
import { bearerToken, unauthorized } from './authenticate.ts'
import { clientAddress } from './client-address.ts'
import { createGuessLimit } from './guess-limit.ts'

/** `none`: no token was given. `waits`: too many wrong ones came from this address, so this one was not looked at. */
export type AdminVerdict = 'admin' | 'none' | 'wrong' | 'waits'

export interface AdminGate {
  /** A Fastify hook that lets only the admin pass: else 401, or 429 with Retry-After. */
  readonly hook: (request: FastifyRequest) => Promise<void>
  /** For routes that are open to others too. A wrong token is counted. */
  verdictOf(request: FastifyRequest): AdminVerdict
  /** The token of a request with the verdict `wrong` was a device's: it was no guess. */
  takeBack(request: FastifyRequest): void
  /** What answers a verdict that is not `admin`. */
  refusalOf(request: FastifyRequest, verdict: Exclude<AdminVerdict, 'admin'>): ApiError
}

/** Guards the admin token. One for the whole server: every door at which it can be tried counts together. */
export function createAdminGate({
  adminToken,
  clock,
  security,
}: {
  adminToken: string
  clock: () => number
  security: SecurityLog
}): AdminGate {
  const limit = createGuessLimit(clock)

  const gate: AdminGate = {
    async hook(request) {
      const verdict = gate.verdictOf(request)
      if (verdict !== 'admin') throw gate.refusalOf(request, verdict)
    },
    verdictOf(request) {
      const token = bearerToken(request)
      if (token === null) return 'none'
      const address = clientAddress(request)
      if (limit.waitLeft(address) > 0) return 'waits'
      // Both sides are hashed and compared in constant time: how long it takes tells nothing.
      if (isSameSecret(token, adminToken)) return 'admin'
      limit.countWrong(address)
      return 'wrong'
    },
    takeBack(request) {
      limit.takeBack(clientAddress(request))
    },
    refusalOf(request, verdict) {
      const address = clientAddress(request)
      security.note({ kind: verdict === 'waits' ? 'admin_locked' : 'admin_token_wrong', address })
      if (verdict !== 'waits') return unauthorized('This needs the admin token')
      const seconds = Math.max(1, Math.ceil(limit.waitLeft(address) / 1000))
      const headers = { 'retry-after': String(seconds) }
      return new ApiError(429, 'too_many_requests', `Too many wrong tokens; try again in ${seconds} seconds`, headers)
    },
  }
  return gate
}
