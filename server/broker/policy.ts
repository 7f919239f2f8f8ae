/**
 * Who may do what at the broker, decided once for all three adapters (specification section 6, invariant 4). Pure: it does
 * not know how a password is looked up, nor which broker asks.
 *
 * | principal | connects as                                            | subscribes                  | publishes           | receives     |
 * | --------- | ------------------------------------------------------ | --------------------------- | ------------------- | ------------ |
 * | backend   | MQTT_USERNAME, MQTT_PASSWORD, any client id            | anything in its environment | update topics of it | what it asks |
 * | device    | device id, password, client id = device id or `{id}-…` | inside its own branch       | nothing             | its branch   |
 * | none      | refused                                                | nothing                     | nothing             | nothing      |
 */
import { createHash, timingSafeEqual } from 'node:crypto'
import { type BranchScope, isFilterInsideBranch, parseTopic } from '../../src/contract/topics.ts'
import { MAX_FILTER_LENGTH, MAX_TOPIC_LEVELS } from './limits.ts'

export interface BackendPrincipal {
  readonly kind: 'backend'
  readonly env: string
}

export interface DevicePrincipal {
  readonly kind: 'device'
  readonly deviceId: string
  /** It has just signed in with a new password for the first time: whoever is in with the one before is to go. */
  readonly isPasswordNew?: true
  readonly scope: BranchScope
}

export type Principal = BackendPrincipal | DevicePrincipal | { readonly kind: 'none' }

export const NOBODY: Principal = { kind: 'none' }

/** The longest name or password that is looked at. MQTT allows 65,535 bytes, ours are under a hundred. */
export const MAX_CREDENTIAL_LENGTH = 512

/** SHA-256 of a device's token or password, lower-case hexadecimal: the only form in which the server stores one. */
export function hashToken(token: string): string {
  return createHash('sha256').update(token, 'utf8').digest('hex')
}

/** Compares secrets in a time that depends on neither; both are hashed first because their lengths differ. */
export function isSameSecret(given: string, expected: string): boolean {
  const digest = (value: string): Buffer => createHash('sha256').update(value, 'utf8').digest()
  return timingSafeEqual(digest(given), digest(expected))
}

/**
 * True when a device may use this client id. The prefix keeps one device from evicting another: a broker ends the older of
 * two connections with the same client id. What follows the dash names the browser tab.
 */
export function isClientIdOfDevice(clientId: string, deviceId: string): boolean {
  return deviceId.length > 0 && (clientId === deviceId || clientId.startsWith(`${deviceId}-`))
}

/**
 * True when the principal may subscribe to the filter. Shared subscriptions (`$share/…`) are refused to everyone: they would
 * take another counter's messages away, and nothing here needs them.
 */
export function canSubscribe(principal: Principal, filter: string): boolean {
  if (!isPlausibleFilter(filter)) return false
  switch (principal.kind) {
    case 'backend':
      return isFilterInsideEnvironment(filter, principal.env)
    case 'device':
      return isFilterInsideBranch(filter, principal.scope)
    case 'none':
      return false
  }
}

/**
 * False when nobody may subscribe to the filter, whoever asks: to be known before anybody is looked up. Ours have at most five levels;
 * `$…` is a broker's own, and what EMQX's `$delayed/…` and `$share/…` stand in front of would have more.
 */
export function isPlausibleFilter(filter: string): boolean {
  return filter.length <= MAX_FILTER_LENGTH && !filter.startsWith('$') && filter.split('/').length <= MAX_TOPIC_LEVELS
}

/** True when the principal may publish to the topic. A retained message is refused to everyone (specification section 1). */
export function canPublish(principal: Principal, topic: string, retain: boolean): boolean {
  return principal.kind === 'backend' && !retain && parseTopic(topic)?.env === principal.env
}

/** True when a message on this topic may be handed to the principal, whatever it subscribed to. */
export function canReceive(principal: Principal, topic: string): boolean {
  return !topic.includes('+') && !topic.includes('#') && canSubscribe(principal, topic)
}

/** True when every topic that `filter` can match begins with the environment's own level. */
function isFilterInsideEnvironment(filter: string, env: string): boolean {
  const levels = filter.split('/')
  if (levels[0] !== env || levels.length < 2 || filter.includes('\u0000')) return false
  return levels.every((level, index) => {
    if (level === '+' || (level === '#' && index === levels.length - 1)) return true
    return level !== '' && !level.includes('+') && !level.includes('#')
  })
}
