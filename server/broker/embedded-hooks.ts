import type { AedesOptions, Client } from 'aedes'
import type { CausedLines } from '../caused-lines.ts'
import type { AccessControl } from './access-control.ts'
import { MAX_CLIENT_ID_LENGTH, MAX_SUBSCRIPTIONS } from './limits.ts'
import { canPublish, canReceive, canSubscribe, isPlausibleFilter, NOBODY, type Principal } from './policy.ts'

/** CONNACK return codes of MQTT 3.1.1 that a refusal may carry. */
type RefusalCode = 3 | 5

export interface EmbeddedHooks {
  readonly hooks: AedesOptions
  /** Ends the device's connections, also one that is being let in. Resolves when they are closed. */
  endDevice(deviceId: string): Promise<void>
}

/** policy.ts as hooks of aedes. `onLetIn` hears of each client that proved who it is. */
export function createEmbeddedHooks(options: {
  readonly access: AccessControl
  readonly log: CausedLines
  readonly onLetIn: (client: Client, principal: Principal) => void
}): EmbeddedHooks {
  const { access, log } = options
  const principals = new WeakMap<Client, Principal>()
  /** Connections by claimed device id, from before the password is checked: a revocation also ends one that is being let in. */
  const connections = new Map<string, Set<Client>>()
  /** Refused whoever they are; noted before and told in `authenticate`, because only a refusal there sends a CONNACK. */
  const unwelcome = new WeakSet<Client>()
  /** Look-ups under way: the filters of one packet share one. */
  const lookups = new WeakMap<Client, Promise<Principal>>()
  /** Filters that were allowed and may not be in `subscriptions` yet. */
  const allowedFilters = new WeakMap<Client, Set<string>>()

  const principalOf = (client: Client | null): Principal =>
    client === null ? NOBODY : (principals.get(client) ?? NOBODY)

  const hooks: AedesOptions = {
    preConnect(client, packet, done) {
      packet.clean = true
      if (packet.will !== undefined || packet.clientId.length > MAX_CLIENT_ID_LENGTH) unwelcome.add(client)
      done(null, true)
    },
    authenticate(client, username, password, done) {
      const name = username ?? ''
      if (unwelcome.has(client)) return refuse(client, name, done)
      remember(name, client)
      access
        .authenticate({ username: name, password: password?.toString('utf8') ?? '', clientId: client.id })
        .then((principal) => {
          if (principal.kind === 'none') return refuse(client, name, done)
          principals.set(client, principal)
          options.onLetIn(client, principal)
          if (principal.kind === 'device' && principal.isPasswordNew) endOthers(principal.deviceId, client)
          done(null, true)
        })
        .catch((error: unknown) => {
          log('error', { err: error }, 'mqtt authentication failed')
          done(refusal(3), false)
        })
    },
    authorizePublish(client, packet, done) {
      const principal = principalOf(client)
      if (canPublish(principal, packet.topic, packet.retain)) return done(null)
      // MQTT 3.1.1 has no "not authorized" for a publish: its sender is disconnected, nobody else notices.
      log('warn', { client_id: client?.id, topic: packet.topic, principal: principal.kind }, 'mqtt publish refused')
      done(new Error('publish refused'))
    },
    authorizeSubscribe(client, subscription, done) {
      isSubscriptionAllowed(client, subscription.topic)
        .then((allowed) => done(null, allowed ? subscription : null))
        .catch((error: unknown) => {
          log('error', { err: error }, 'mqtt authorization failed')
          done(null, null)
        })
    },
    authorizeForward: (client, packet) => (canReceive(principalOf(client), packet.topic) ? packet : null),
  }

  function refuse(client: Client, name: string, done: (error: Error & { returnCode: RefusalCode }, ok: false) => void) {
    log('info', { username: name, client_id: client.id }, 'mqtt connection refused')
    done(refusal(5), false)
  }

  async function isSubscriptionAllowed(client: Client, filter: string): Promise<boolean> {
    const known = principalOf(client)
    const allowed =
      isPlausibleFilter(filter) &&
      takesOneMore(client, filter) &&
      canSubscribe(await principalNow(client, known), filter)
    if (allowed) return true
    allowedFilters.get(client)?.delete(filter)
    log('warn', { client_id: client.id, filter, principal: known.kind }, 'mqtt subscription refused')
    return false
  }

  /** A device is looked up again: it may have been revoked, or moved to another branch, since it connected. */
  function principalNow(client: Client, known: Principal): Promise<Principal> {
    if (known.kind !== 'device') return Promise.resolve(known)
    const underWay = lookups.get(client)
    if (underWay) return underWay
    const lookup = access.identify(known.deviceId, client.id).finally(() => lookups.delete(client))
    lookups.set(client, lookup)
    return lookup
  }

  /** Each subscription costs the broker memory, and a look at every message. */
  function takesOneMore(client: Client, filter: string): boolean {
    const filters = allowedFilters.get(client) ?? new Set()
    if (filters.size >= MAX_SUBSCRIPTIONS && !filters.has(filter)) return false
    allowedFilters.set(client, filters.add(filter))
    return true
  }

  function remember(deviceId: string, client: Client): void {
    const known = connections.get(deviceId) ?? new Set()
    known.add(client)
    connections.set(deviceId, known)
    client.conn.once('close', () => {
      known.delete(client)
      if (known.size === 0 && connections.get(deviceId) === known) connections.delete(deviceId)
    })
  }

  /** Also one that is being let in with the password before: it is new to this one. */
  function endOthers(deviceId: string, stays: Client): void {
    for (const client of connections.get(deviceId) ?? []) if (client !== stays) client.close()
  }

  return {
    hooks,
    async endDevice(deviceId) {
      const ends = [...(connections.get(deviceId) ?? [])].map(
        (client) => new Promise<void>((resolve) => client.close(resolve)),
      )
      await Promise.all(ends)
    },
  }
}

function refusal(returnCode: RefusalCode): Error & { returnCode: RefusalCode } {
  return Object.assign(new Error(returnCode === 3 ? 'server unavailable' : 'not authorized'), { returnCode })
}
