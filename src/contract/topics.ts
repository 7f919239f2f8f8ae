/**
 * MQTT topics of the wire contract (specification section 1). This is the only file in which a topic is spelled.
 *
 * `{env}/{merchant_code}/{branch_code}/{kind}/updates`
 */

/** What a topic carries. `branch` is this product's addition: heartbeats, settings and staff. */
export type TopicKind = 'product' | 'inventory' | 'transaction' | 'branch'

/** The three names that place a branch in the topic tree. */
export interface BranchScope {
  readonly env: string
  readonly merchantCode: string
  readonly branchCode: string
}

export interface ParsedTopic extends BranchScope {
  readonly kind: TopicKind
}

export const TOPIC_KINDS: readonly TopicKind[] = ['product', 'inventory', 'transaction', 'branch']

const LAST_LEVEL = 'updates'
const MAX_LEVEL_LENGTH = 64
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused here
const UNSAFE_IN_LEVEL = /[+#/\u0000-\u001f\u007f-\u009f]/

/**
 * True when a name can stand as one level of a topic. `+`, `#` and `/` would widen a device's filter, NUL ends a string
 * in some brokers, a leading `$` names the broker's own topics, and an empty level matches `+`.
 */
export function isTopicLevel(name: string): boolean {
  return (
    name.length > 0 &&
    name.length <= MAX_LEVEL_LENGTH &&
    name === name.trim() &&
    !name.startsWith('$') &&
    !UNSAFE_IN_LEVEL.test(name)
  )
}

/** Builds one branch's topic. Throws RangeError when a name is not a topic level: an unsafe name must never reach a broker. */
export function buildTopic(scope: BranchScope, kind: TopicKind): string {
  return `${branchPrefix(scope)}${kind}/${LAST_LEVEL}`
}

/** The names in a topic, or null when it is not one of ours. */
export function parseTopic(topic: string): ParsedTopic | null {
  const levels = topic.split('/')
  const [env, merchantCode, branchCode, kind, last] = levels
  if (levels.length !== 5 || last !== LAST_LEVEL) return null
  if (env === undefined || merchantCode === undefined || branchCode === undefined) return null
  if (!isTopicLevel(env) || !isTopicLevel(merchantCode) || !isTopicLevel(branchCode)) return null
  if (!isTopicKind(kind)) return null
  return { env, merchantCode, branchCode, kind }
}

/** The one filter a counter subscribes to: every update of its own branch. */
export function branchSubscription(scope: BranchScope): string {
  return `${branchPrefix(scope)}+/${LAST_LEVEL}`
}

/** The widest filter that a broker may grant to a device of this branch (section 6, stricter form). */
export function branchAclFilter(scope: BranchScope): string {
  return `${branchPrefix(scope)}#`
}

/** The topics that nobody but the backend may publish to, in any environment (section 6). */
export function backendPublishFilters(): readonly string[] {
  return TOPIC_KINDS.map((kind) => `+/+/+/${kind}/${LAST_LEVEL}`)
}

/**
 * True when every topic that `filter` can match lies inside the branch. Only whole, literal names count: a wildcard in one
 * of the first three levels reaches other branches.
 */
export function isFilterInsideBranch(filter: string, scope: BranchScope): boolean {
  const prefix = branchPrefix(scope)
  if (!filter.startsWith(prefix) || filter.includes('\u0000')) return false
  const rest = filter.slice(prefix.length).split('/')
  return rest.every((level, index) => {
    if (level === '+' || (level === '#' && index === rest.length - 1)) return true
    return level !== '' && !level.includes('+') && !level.includes('#')
  })
}

function branchPrefix({ env, merchantCode, branchCode }: BranchScope): string {
  for (const level of [env, merchantCode, branchCode]) {
    if (!isTopicLevel(level)) throw new RangeError(`Not a topic level: ${JSON.stringify(level)}`)
  }
  return `${env}/${merchantCode}/${branchCode}/`
}

function isTopicKind(kind: string | undefined): kind is TopicKind {
  return TOPIC_KINDS.some((known) => known === kind)
}
