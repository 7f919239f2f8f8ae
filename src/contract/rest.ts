/**
 * What all REST endpoints share (specification section 3, architecture: Shapes): their paths, the envelope of an answer and the
 * ways in which a request can be refused. Every answer is `{code, data}` or `{code, error: {kind, message}}`; `code` repeats the
 * HTTP status. The bodies themselves stand in the other files of this folder, by what they are about.
 */
import * as v from 'valibot'

/** Paths, spelled once for browser, worker and server. */
export const PATHS = {
  products: '/api/v1/master/product',
  inventory: '/api/v1/master/inventory',
  staff: '/api/v1/master/staff',
  keptSales: '/api/v1/master/transaction',
  checksums: '/api/v1/master/checksum',
  changes: '/api/v1/changes',
  transactions: '/api/v1/transaction',
  enroll: '/api/v1/device/enroll',
  me: '/api/v1/device/me',
  deviceKey: '/api/v1/device/key',
  mqttPassword: '/api/v1/device/mqtt-password',
  proofNonce: '/api/v1/device/nonce',
  adjustment: '/api/v1/inventory/adjustment',
  settings: '/api/v1/settings',
  batchSync: '/api/v1/pos/offline/batch-sync',
  resolveConflict: '/api/v1/pos/offline/resolve-conflict',
  staffSession: '/api/v1/staff/session',
} as const

/** Every way in which a request can be refused, on all endpoints. A client decides by `kind`, never by `message`. */
export const errorKindSchema = v.picklist([
  'invalid_request',
  'unauthorized',
  'device_revoked',
  'proof_needed',
  'forbidden',
  'not_found',
  'conflict',
  'pairing_code_unknown',
  'pairing_code_used',
  'pairing_code_expired',
  'log_expired',
  'too_large',
  'too_many_requests',
  'staff_sign_in_needed',
  'pin_wrong',
  'pin_taken',
  'pin_weak',
  'pin_change_needed',
  'last_owner',
  'unavailable',
  'internal',
])
export type ErrorKind = v.InferOutput<typeof errorKindSchema>

export const errorAnswerSchema = v.object({
  code: v.number(),
  error: v.object({ kind: v.fallback(errorKindSchema, 'internal'), message: v.string() }),
})
export type ErrorAnswer = v.InferOutput<typeof errorAnswerSchema>

/** The envelope of a successful answer. */
export const answerSchema = <T extends v.GenericSchema>(data: T) => v.object({ code: v.number(), data })

/** A UUID of the sender's for a request that takes long: the same again is the same request, and gets the same answer. */
export const IDEMPOTENCY_HEADER = 'idempotency-key'
