import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createAccessControl } from '../../../server/broker/access-control.ts'
import {
  canPublish,
  canReceive,
  canSubscribe,
  hashToken,
  isClientIdOfDevice,
  isSameSecret,
  NOBODY,
  type Principal,
} from '../../../server/broker/policy.ts'
import { type BranchScope, branchSubscription, buildTopic, TOPIC_KINDS } from '../../../src/contract/topics.ts'
import { createTestDirectory } from '../../support/device-directory.ts'

const scope: BranchScope = { env: 'dev', merchantCode: 'MCH-1', branchCode: 'BRN-1' }
const device: Principal = { kind: 'device', deviceId: 'DEV-DBBA60CF', scope }
const backend: Principal = { kind: 'backend', env: 'dev' }

/** MQTT 3.1.1, section 4.7, as plainly as it can be written. */
function matches(filter: string, topic: string): boolean {
  const filterLevels = filter.split('/')
  const topicLevels = topic.split('/')
  const walk = (f: number, t: number): boolean => {
    const level = filterLevels[f]
    if (level === '#') return true
    if (level === undefined) return t === topicLevels.length
    if (t === topicLevels.length) return false
    return (level === '+' || level === topicLevels[t]) && walk(f + 1, t + 1)
  }
  if (topic.startsWith('$') && (filter.startsWith('+') || filter.startsWith('#'))) return false
  return walk(0, 0)
}

/** Levels that meet each other often, wildcards and near misses among them. */
const level = fc.constantFrom(
  'dev',
  'prod',
  'MCH-1',
  'MCH-2',
  'BRN-1',
  'BRN-2',
  'product',
  'updates',
  '',
  'dev ',
  'BRN-1x',
)
const filterLevel = fc.oneof(
  level,
  fc.constantFrom('+', '#', '$share', '$SYS', 'a+', 'b#', '\u0000'),
  fc.string({ maxLength: 3 }),
)
const tail = fc.constantFrom('product', 'updates')
const filterTail = fc.constantFrom('+', '#', 'product', 'updates', 'a+')
const inside = fc.constantFrom('dev', 'MCH-1', 'BRN-1')
const filters = fc.oneof(
  fc.array(filterLevel, { minLength: 1, maxLength: 7 }),
  fc.tuple(inside, inside, inside, filterLevel, filterLevel),
  fc.tuple(fc.constant('dev'), fc.constantFrom('MCH-1', '+'), fc.constantFrom('BRN-1', '+'), filterTail, filterTail),
)
const topics = fc
  .oneof(
    fc.array(level, { minLength: 1, maxLength: 6 }),
    fc.tuple(inside, inside, inside, level, level),
    fc.tuple(fc.constant('dev'), fc.constant('MCH-1'), fc.constantFrom('BRN-1', 'BRN-2', ''), tail, tail),
  )
  .map((levels) => levels.join('/'))

describe('what a device may subscribe to', () => {
  test('[I4] no granted filter matches a topic of another branch', () => {
    let granted = 0
    let matched = 0
    fc.assert(
      fc.property(filters, topics, fc.boolean(), tail, (levels, anyTopic, fitted, fill) => {
        const filter = levels.join('/')
        // Half of the topics are made to match, the others are left to luck.
        const topic = fitted ? levels.map((name) => (name === '+' || name === '#' ? fill : name)).join('/') : anyTopic
        if (!canSubscribe(device, filter)) return
        granted += 1
        if (!matches(filter, topic)) return
        matched += 1
        // `…/#` matches the parent level itself, too.
        expect(topic.split('/').slice(0, 3)).toEqual(['dev', 'MCH-1', 'BRN-1'])
      }),
      { numRuns: 20_000 },
    )
    expect(granted).toBeGreaterThan(500)
    expect(matched).toBeGreaterThan(250)
  })

  test('[I4] the filters that a counter needs are granted', () => {
    expect(canSubscribe(device, branchSubscription(scope))).toBe(true)
    for (const kind of TOPIC_KINDS) expect(canSubscribe(device, buildTopic(scope, kind))).toBe(true)
  })

  test.each([
    '#',
    '+',
    'dev/#',
    'dev/+/BRN-1/#',
    'dev/MCH-1/+/product/updates',
    'dev/MCH-1/BRN-1x/#',
    'dev/MCH-1/BRN-1',
    'dev/MCH-1/BRN-1/',
    'dev/MCH-1/BRN-1/#/x',
    'dev/MCH-1/BRN-1/a#',
    'prod/MCH-1/BRN-1/#',
    '/dev/MCH-1/BRN-1/#',
    '$share/g/dev/MCH-1/BRN-1/#',
    '$queue/dev/MCH-1/BRN-1/#',
    '$SYS/#',
    '',
  ])('[I4] %j is refused', (filter) => {
    expect(canSubscribe(device, filter)).toBe(false)
  })
})

describe('who may publish, and what reaches whom', () => {
  test('[I4] a device and nobody publish nothing at all', () => {
    fc.assert(
      fc.property(topics, fc.boolean(), (topic, retain) => {
        expect(canPublish(device, topic, retain)).toBe(false)
        expect(canPublish(NOBODY, topic, retain)).toBe(false)
        expect(canSubscribe(NOBODY, topic)).toBe(false)
        expect(canReceive(NOBODY, topic)).toBe(false)
      }),
    )
  })

  test('the backend publishes to the update topics of its own environment, never retained', () => {
    for (const kind of TOPIC_KINDS) {
      expect(canPublish(backend, buildTopic(scope, kind), false)).toBe(true)
      expect(canPublish(backend, buildTopic(scope, kind), true)).toBe(false)
      expect(canPublish(backend, buildTopic({ ...scope, env: 'prod' }, kind), false)).toBe(false)
    }
    expect(canPublish(backend, 'dev/MCH-1/BRN-1/product', false)).toBe(false)
    expect(canPublish(backend, 'dev/+/BRN-1/product/updates', false)).toBe(false)
  })

  test('the backend subscribes inside its environment only', () => {
    expect(canSubscribe(backend, 'dev/#')).toBe(true)
    expect(canSubscribe(backend, 'dev/+/+/product/updates')).toBe(true)
    for (const filter of ['#', '+/#', 'prod/#', 'dev', '$SYS/#', '$share/g/dev/#', 'dev/#/x', 'dev//x']) {
      expect(canSubscribe(backend, filter)).toBe(false)
    }
  })

  test('[I4] a message is handed to a device only inside its branch', () => {
    expect(canReceive(device, buildTopic(scope, 'product'))).toBe(true)
    expect(canReceive(device, buildTopic({ ...scope, branchCode: 'BRN-2' }, 'product'))).toBe(false)
    expect(canReceive(device, '$SYS/broker/heartbeat')).toBe(false)
  })
})

describe('who is asking', () => {
  const directory = createTestDirectory()
  directory.add({ deviceId: 'DEV-DBBA60CF', password: 'right', scope })
  const access = createAccessControl({
    env: 'dev',
    backend: { username: 'backend', password: 'secret' },
    devices: directory,
  })
  const attempt = { username: 'DEV-DBBA60CF', password: 'right', clientId: 'DEV-DBBA60CF-1' }

  test('a device by its password, with its own id in front of the client id', async () => {
    expect(await access.authenticate(attempt)).toEqual(device)
    expect(await access.authenticate({ ...attempt, clientId: 'DEV-DBBA60CF' })).toEqual(device)
    for (const wrong of [
      { ...attempt, password: 'wrong' },
      { ...attempt, password: '' },
      { ...attempt, username: 'DEV-00000000' },
      { ...attempt, username: '' },
      { ...attempt, clientId: 'DEV-00000000-1' },
      { ...attempt, clientId: 'DEV-DBBA60CFX' },
      { ...attempt, clientId: '' },
      { ...attempt, password: 'r'.repeat(100_000) },
    ]) {
      expect(await access.authenticate(wrong)).toEqual(NOBODY)
    }
  })

  test('the backend by its password, a device never by the backend’s name', async () => {
    const login = { username: 'backend', password: 'secret', clientId: 'anything' }
    expect(await access.authenticate(login)).toEqual(backend)
    expect(await access.authenticate({ ...login, password: 'right' })).toEqual(NOBODY)
    expect(await access.authenticate({ ...attempt, password: 'secret' })).toEqual(NOBODY)
  })

  test('without credentials of its own there is no backend to be', async () => {
    const closed = createAccessControl({ env: 'dev', backend: null, devices: directory })
    expect(await closed.authenticate({ username: '', password: '', clientId: 'x' })).toEqual(NOBODY)
    expect(await closed.identify('', 'x')).toEqual(NOBODY)
  })

  test('a device is gone for later questions once the directory no longer knows it', async () => {
    const mine = createTestDirectory()
    const asking = createAccessControl({ env: 'dev', backend: null, devices: mine })
    mine.add({ deviceId: 'DEV-1', password: 't', scope })
    expect(await asking.identify('DEV-1', 'DEV-1-a')).toMatchObject({ kind: 'device' })
    expect(await asking.identify('DEV-1', 'DEV-2-a')).toEqual(NOBODY)
    mine.remove('DEV-1')
    expect(await asking.identify('DEV-1', 'DEV-1-a')).toEqual(NOBODY)
    expect(await asking.authenticate({ username: 'DEV-1', password: 't', clientId: 'DEV-1' })).toEqual(NOBODY)
  })

  test('secrets compare equal only when they are', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (a, b) => {
        expect(isSameSecret(a, b)).toBe(a === b)
        expect(isSameSecret(a, a)).toBe(true)
      }),
    )
    expect(hashToken('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
  })

  test('an empty device id owns no client id', () => {
    expect(isClientIdOfDevice('-1', '')).toBe(false)
    expect(isClientIdOfDevice('', '')).toBe(false)
  })
})
