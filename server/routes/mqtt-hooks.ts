/**
 * What EMQX asks about every client before it connects, subscribes or publishes, the backend's own connection included: so these
 * answer before the server itself connects. The bodies are the templates of deploy/emqx/emqx.conf.
 *
 * EMQX takes any status but 200 and 204 as "ignore", and after an ignore from the only authenticator, and after `{deny, all}` at the
 * end of deploy/emqx/acl.conf, the answer is no: an error here never lets anybody in.
 */
import type {} from '@fastify/rate-limit'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import * as v from 'valibot'
import type { AccessControl } from '../broker/access-control.ts'
import { canPublish, canSubscribe, isSameSecret } from '../broker/policy.ts'
import { ApiError, invalidRequest } from '../http/api-error.ts'
import { clientAddress } from '../http/client-address.ts'

export const HOOK_SECRET_HEADER = 'x-mstore-hook-secret'

/** An MQTT topic may have 65,535 bytes, and a client may ask for one of that length. */
const BODY_LIMIT_BYTES = 256 * 1024

const textSchema = v.nullish(v.string(), '')
const authenticateSchema = v.object({ username: textSchema, password: textSchema, clientid: textSchema })
const authorizeSchema = v.object({
  username: textSchema,
  clientid: textSchema,
  topic: v.string(),
  action: v.string(),
  // The template gives a word; empty or `undefined` when it is a subscription.
  retain: v.nullish(v.union([v.boolean(), v.string()]), ''),
})

type Verdict = { readonly result: 'allow' | 'deny'; readonly is_superuser: false }

/** Nobody is a superuser: EMQX would not ask about one again, and the backend needs no more than policy.ts gives it. */
function verdict(isAllowed: boolean): Verdict {
  return { result: isAllowed ? 'allow' : 'deny', is_superuser: false }
}

/** Registers both hooks. Without a `secret` (MQTT_HOOK_SECRET unset) every call is answered with 401. */
export function registerMqttHooks(
  app: FastifyInstance,
  options: {
    readonly access: AccessControl
    readonly secret: string | undefined
    /** Hears the address of whoever called without the secret. */
    readonly onRefused?: (address: string) => void
  },
): void {
  const { access, secret, onRefused } = options

  const requireSecret = async (request: FastifyRequest): Promise<void> => {
    const given = request.headers[HOOK_SECRET_HEADER]
    if (secret !== undefined && secret !== '' && typeof given === 'string' && isSameSecret(given, secret)) return
    onRefused?.(clientAddress(request))
    throw new ApiError(401, 'unauthorized', `The header ${HOOK_SECRET_HEADER} is missing or wrong`)
  }
  const route = { bodyLimit: BODY_LIMIT_BYTES, onRequest: requireSecret, config: { rateLimit: false } } as const

  app.post('/internal/mqtt/authenticate', route, async (request) => {
    const body = v.safeParse(authenticateSchema, request.body)
    if (!body.success) throw invalidRequest('Not the body of an EMQX authentication request')
    const { username, password, clientid } = body.output
    const principal = await access.authenticate({ username, password, clientId: clientid })
    return verdict(principal.kind !== 'none')
  })

  app.post('/internal/mqtt/authorize', route, async (request) => {
    const body = v.safeParse(authorizeSchema, request.body)
    if (!body.success) throw invalidRequest('Not the body of an EMQX authorization request')
    const { username, clientid, topic, action, retain } = body.output
    const principal = await access.identify(username, clientid)
    switch (action) {
      case 'subscribe':
        return verdict(canSubscribe(principal, topic))
      case 'publish':
        return verdict(canPublish(principal, topic, retain === true || retain === 'true'))
      default:
        return verdict(false)
    }
  })
}
