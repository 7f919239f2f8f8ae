/**
 * What EMQX asks about every client before it connects, subscribes or publishes, the backend's own connection included: so these
 * answer before the server itself connects. The bodies are the templates of deploy/emqx/emqx.conf.
 *
 * EMQX takes any status but 200 and 204 as "ignore", and after an ignore from the only authenticator, and after `{deny, all}` at the
 * end of deploy/emqx/acl.conf, the answer is no: an error here never lets anybody in.
 *
 * The second question names a client, and proves nothing: an EMQX that is starting opens its listeners before it knows whom to ask, and
 * lets anybody connect under any name. So whoever is let in here gets a proof as client attribute (EMQX 5.7 and newer), which EMQX keeps
 * and shows with each further question; without it every answer is no.
 */
import { createHmac } from 'node:crypto'
import type {} from '@fastify/rate-limit'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import * as v from 'valibot'
import { parseTopic } from '../../src/contract/topics.ts'
import type { AccessControl } from '../broker/access-control.ts'
import { canPublish, canSubscribe, isPlausibleFilter, isSameSecret, type Principal } from '../broker/policy.ts'
import { createCausedLines } from '../caused-lines.ts'
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
  // Empty or `undefined` for a client that was never asked for its password.
  mstore_proof: textSchema,
})

export interface MqttHooksOptions {
  readonly access: AccessControl
  /** MQTT_HOOK_SECRET. Without it every call is answered with 401. */
  readonly secret: string | undefined
  /** Hears the address of whoever called without the secret. */
  readonly onRefused?: (address: string) => void
  /**
   * Given when nothing else ends the connection of a revoked device: a sign-in then holds 10 to 15 minutes, in which not all tablets
   * end at once. Wall clock in ms, and a number in [0, 1).
   */
  readonly signInsEnd?: { readonly clock: () => number; readonly random: () => number } | undefined
}

interface Verdict {
  readonly result: 'allow' | 'deny'
  /** Nobody is one: EMQX would not ask about a superuser again, and the backend needs no more than policy.ts gives it. */
  readonly is_superuser: false
  /** Of a client that was let in: `mstore_proof`, and the backend's `mstore_env` for deploy/emqx/acl.conf. */
  readonly client_attrs?: Readonly<Record<string, string>>
  /** Unix time in s at which EMQX ends the connection. */
  readonly expire_at?: number
}

const SIGN_IN_MS = 15 * 60_000

/** Registers both hooks. */
export function registerMqttHooks(app: FastifyInstance, options: MqttHooksOptions): void {
  const { access, secret, onRefused } = options
  const log = createCausedLines(app.log, () => performance.now())

  const requireSecret = async (request: FastifyRequest): Promise<void> => {
    const given = request.headers[HOOK_SECRET_HEADER]
    if (secret !== undefined && secret !== '' && typeof given === 'string' && isSameSecret(given, secret)) return
    onRefused?.(clientAddress(request))
    throw new ApiError(401, 'unauthorized', `The header ${HOOK_SECRET_HEADER} is missing or wrong`)
  }
  const route = { bodyLimit: BODY_LIMIT_BYTES, onRequest: requireSecret, config: { rateLimit: false } } as const

  /** Stands for "this server has seen the password of this client", whichever server of several is asked next. */
  function proofOf(username: string, clientId: string): string {
    return createHmac('sha256', secret ?? '')
      .update(JSON.stringify(['mqtt', username, clientId]))
      .digest('hex')
  }

  /** One packet may have two hundred filters, and EMQX asks about each by itself: those that wait share one look-up. */
  const underWay = new Map<string, Promise<Principal>>()
  function identifyOnce(username: string, clientId: string): Promise<Principal> {
    const key = JSON.stringify([username, clientId])
    const asked = underWay.get(key)
    if (asked !== undefined) return asked
    const look = access.identify(username, clientId).finally(() => underWay.delete(key))
    underWay.set(key, look)
    return look
  }

  function letIn(principal: Principal, username: string, clientId: string): Verdict {
    const proof = { mstore_proof: proofOf(username, clientId) }
    const verdict = { result: 'allow', is_superuser: false } as const
    if (principal.kind === 'backend') return { ...verdict, client_attrs: { ...proof, mstore_env: principal.env } }
    const { signInsEnd } = options
    if (!signInsEnd) return { ...verdict, client_attrs: proof }
    const holdsMs = SIGN_IN_MS * (1 - signInsEnd.random() / 3)
    return { ...verdict, client_attrs: proof, expire_at: Math.floor((signInsEnd.clock() + holdsMs) / 1000) }
  }

  app.post('/internal/mqtt/authenticate', route, async (request): Promise<Verdict> => {
    const body = v.safeParse(authenticateSchema, request.body)
    if (!body.success) throw invalidRequest('Not the body of an EMQX authentication request')
    const { username, password, clientid } = body.output
    const principal = await access.authenticate({ username, password, clientId: clientid })
    if (principal.kind !== 'none') return letIn(principal, username, clientid)
    log('info', { username, client_id: clientid }, 'mqtt connection refused')
    return NO
  })

  app.post('/internal/mqtt/authorize', route, async (request): Promise<Verdict> => {
    const body = v.safeParse(authorizeSchema, request.body)
    if (!body.success) throw invalidRequest('Not the body of an EMQX authorization request')
    const { username, clientid, topic, action, retain, mstore_proof: proof } = body.output
    if (!isSameSecret(proof, proofOf(username, clientid))) {
      log(
        'warn',
        { username, client_id: clientid },
        'emqx asks for a client that was never let in here; is its emqx.conf that of this version?',
      )
      return NO
    }
    // What nobody may do is known before anybody is looked up.
    if (action === 'subscribe' ? !isPlausibleFilter(topic) : action !== 'publish' || parseTopic(topic) === null)
      return NO
    const principal = await identifyOnce(username, clientid)
    const isAllowed =
      action === 'subscribe'
        ? canSubscribe(principal, topic)
        : canPublish(principal, topic, retain === true || retain === 'true')
    return isAllowed ? { result: 'allow', is_superuser: false } : NO
  })
}

const NO: Verdict = { result: 'deny', is_superuser: false }
