/** [C5] The whole sync of a counter, its transport and its server replaced, as far as the password at the broker goes. */
import 'fake-indexeddb/auto'
import * as v from 'valibot'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { mqttPasswordRequestSchema } from '../../../src/contract/device.ts'
import { PATHS } from '../../../src/contract/rest.ts'
import { clearCache } from '../../../src/db/device.ts'
import { readMeta, writeMeta } from '../../../src/db/meta.ts'
import { createDeviceCheck, type DeviceCheck } from '../../../src/sync/device/device-check.ts'
import { PASSWORD_AGE_MS } from '../../../src/sync/device/judge-password.pure.ts'
import { HttpFailure } from '../../../src/sync/errors.ts'
import type { HttpAnswer, HttpLike, MqttConnect, MqttConnectionLike } from '../../../src/sync/ports.ts'
import { createStrictJournal } from '../../support/strict-journal.ts'
import { FakeClock } from './fake-clock.ts'
import { DEVICE, SimDevice } from './sim-device.ts'
import { SimServer } from './sim-server.ts'

const TOKEN = DEVICE.device_secret_token
const HOUR_MS = 60 * 60 * 1000

let clock: FakeClock
let server: SimServer
let device: SimDevice
let checking: DeviceCheck

/** What the server gives out and what the broker takes. */
let isRestUp: boolean
let givesPasswords: boolean
let newest: string | null
let given: number
let taken: Set<string>
/** Bodies of the requests for a password, and what the broker was shown. */
let asked: unknown[]
let shown: string[]
/** Every request to the server, answered or not. */
let requests: number
/** Before a new password is answered, the server has told the broker. */
let onGiven: () => void

beforeEach(async () => {
  clock = new FakeClock()
  server = new SimServer(clock.now)
  server.create(1)
  device = new SimDevice(server, clock)
  isRestUp = true
  givesPasswords = true
  newest = null
  given = 0
  taken = new Set()
  asked = []
  shown = []
  requests = 0
  onGiven = () => undefined
  await writeMeta(device.db, 'device', DEVICE)
  checking = openCheck()
  device.connect = connect
  device.checkDevice = () => checking.check()
})
afterEach(async () => {
  checking.stop()
  await device.delete()
})

const openCheck = () =>
  createDeviceCheck({ db: device.db, http, device: DEVICE, clock, journal: { note: () => undefined } })

const answer = (data: unknown): HttpAnswer => ({
  status: 200,
  body: { code: 200, data },
  etag: null,
  retryAfterMs: null,
})

const http: HttpLike = async ({ path, body }) => {
  requests += 1
  if (!isRestUp) throw new HttpFailure('no answer', null)
  if (path === PATHS.me) {
    const { device_secret_token: _, mqtt, ...profile } = DEVICE
    return answer({ ...profile, key_bound: true, mqtt: { ...mqtt, ...(givesPasswords ? { own_password: true } : {}) } })
  }
  if (path !== PATHS.mqttPassword || !givesPasswords) throw new HttpFailure('not here', 404, 'not_found')
  const request = v.safeParse(mqttPasswordRequestSchema, body)
  if (!request.success) throw new HttpFailure('too long', 400, 'invalid_request')
  asked.push(body)
  const { held } = request.output
  if (held !== undefined && held === newest) {
    taken = new Set([newest])
    return answer({ mqtt_password: null })
  }
  given += 1
  newest = `password-of-the-broker-${given}`
  taken = new Set([newest])
  onGiven()
  return answer({ mqtt_password: newest })
}

const connect: MqttConnect = (clientId, events) => {
  let opened: MqttConnectionLike | null = null
  let isOver = false
  const password = checking.password
  void password.read().then((secret) => {
    if (isOver) return
    shown.push(secret)
    if (taken.has(secret)) {
      opened = server.connect(clientId, events)
      return
    }
    password.refused(secret)
    events.onClosed({ refused: true, text: 'not authorized' })
  })
  return {
    probe: () => opened?.probe(),
    close() {
      isOver = true
      opened?.close()
    },
  }
}

/** Lets time pass, with heartbeats, until the counter is live; false: not in that time. */
async function becomesLive(withinMs: number): Promise<boolean> {
  for (let passed = 0; passed < withinMs; passed += 100) {
    await clock.advance(100)
    server.heartbeat()
    server.deliverAll()
    await clock.advance(0)
    if (device.sync.status.get().state === 'live') return true
  }
  return false
}

/** The page is opened again. */
function reopen(): void {
  checking.stop()
  checking = openCheck()
  device.restart()
}

const stored = async () => (await readMeta(device.db, 'mqtt_password'))?.password

describe('[C5] a counter and the password at its broker', () => {
  it('asks for one before its first connection, and shows the broker nothing else', async () => {
    device.start()
    expect(await becomesLive(2_000)).toBe(true)
    expect(asked).toEqual([{}])
    expect(shown).toEqual([newest])
    expect(await stored()).toBe(newest)
  })

  it('connects with the one it keeps while REST is away', async () => {
    device.start()
    expect(await becomesLive(2_000)).toBe(true)
    isRestUp = false
    reopen()
    expect(await becomesLive(2_000)).toBe(true)
    expect(shown).toEqual([newest, newest])
    expect(asked).toHaveLength(1)
  })

  it('is live after one question when the broker refuses it: shows what it holds, gets another', async () => {
    device.start()
    expect(await becomesLive(2_000)).toBe(true)
    const before = newest
    newest = 'of another life of the database'
    taken = new Set()
    server.cutBroker()
    expect(await becomesLive(4_000)).toBe(true)
    expect(asked).toEqual([{}, { held: before }])
    expect(shown).toEqual([before, before, newest])
    expect(newest).not.toBe(before)
  })

  it('keeps the right one when the broker had forgotten it, and asks for no other', async () => {
    device.start()
    expect(await becomesLive(2_000)).toBe(true)
    const before = newest
    taken = new Set()
    server.cutBroker()
    expect(await becomesLive(4_000)).toBe(true)
    expect(asked).toEqual([{}, { held: before }])
    expect(await stored()).toBe(before)
  })

  it.each([
    ['lost', async () => device.db.meta.delete('mqtt_password')],
    ['no text', async () => device.db.meta.put({ key: 'mqtt_password', value: { password: 7, at: 'x' } })],
    [
      'longer than any',
      async () => writeMeta(device.db, 'mqtt_password', { password: 'x'.repeat(600), at: clock.now() }),
    ],
    ['another text', async () => writeMeta(device.db, 'mqtt_password', { password: 'xyz', at: clock.now() })],
  ])('is live soon when what it kept is %s', async (_what, garble) => {
    device.start()
    expect(await becomesLive(2_000)).toBe(true)
    await garble()
    reopen()
    expect(await becomesLive(4_000)).toBe(true)
    expect(asked).toHaveLength(2)
    expect(await stored()).toBe(newest)
  })

  it('refused while REST is away, it asks with pauses, and is live soon after REST is back', async () => {
    device.start()
    expect(await becomesLive(2_000)).toBe(true)
    isRestUp = false
    taken = new Set()
    newest = null
    server.cutBroker()
    const before = { requests, shown: shown.length }
    expect(await becomesLive(60_000)).toBe(false)
    // The pauses of rule C5: at most two seconds, so half of them a second; the broker is tried twice a minute at most.
    expect(requests - before.requests).toBeLessThan(120)
    expect(shown.length - before.shown).toBeLessThanOrEqual(3)
    isRestUp = true
    expect(await becomesLive(5_000)).toBe(true)
    expect(shown.at(-1)).toBe(newest)
  })

  it('enrolled by an older version it shows the token while REST is away, and asks when REST is back', async () => {
    isRestUp = false
    taken = new Set([TOKEN])
    device.start()
    expect(await becomesLive(2_000)).toBe(true)
    expect(shown).toEqual([TOKEN])
    isRestUp = true
    await clock.advance(HOUR_MS / 60)
    server.cutBroker()
    expect(await becomesLive(4_000)).toBe(true)
    expect(shown.at(-1)).toBe(newest)
  })

  it('a backend that gives out none takes the token, also after one that did', async () => {
    await writeMeta(device.db, 'mqtt_password', { password: 'of-the-server-before', at: clock.now() })
    givesPasswords = false
    taken = new Set([TOKEN])
    device.start()
    expect(await becomesLive(4_000)).toBe(true)
    expect(asked).toEqual([])
    expect(await stored()).toBeUndefined()
  })
})

describe('[C5] the password of a day', () => {
  const idle = async () => {
    await checking.check()
    asked = []
  }

  it('is asked for anew by a connection that lasts, once a day', async () => {
    await idle()
    const first = newest
    for (let hour = 0; hour < 23; hour += 1) await clock.advance(HOUR_MS)
    expect(asked).toEqual([])
    for (let hour = 0; hour < 2; hour += 1) await clock.advance(HOUR_MS)
    expect(asked).toEqual([{}])
    expect(await stored()).not.toBe(first)
    expect(await checking.password.read()).toBe(newest)
  })

  it('an old one goes on while REST is away, and nobody is told that anything is wrong', async () => {
    await idle()
    const first = newest
    clock.sleep(PASSWORD_AGE_MS)
    isRestUp = false
    const reading = checking.password.read()
    await clock.advance(0)
    expect(await reading).toBe(first)
    isRestUp = true
    expect(await checking.password.read()).toBe(newest)
    expect(newest).not.toBe(first)
  })

  it('a broker that ends the connection as it learns the new one is shown the new one', async () => {
    await idle()
    clock.sleep(PASSWORD_AGE_MS)
    let reading: Promise<string> | null = null
    onGiven = () => {
      reading = checking.password.read()
    }
    await checking.check()
    expect(await reading).toBe(newest)
  })

  it('a server that is silent holds a connection up for four seconds and no longer', async () => {
    await idle()
    const first = newest
    clock.sleep(PASSWORD_AGE_MS)
    checking.stop()
    const silent: HttpLike = () => new Promise(() => undefined)
    const journal = createStrictJournal()
    checking = createDeviceCheck({ db: device.db, http: silent, device: DEVICE, clock, journal })
    const reading = checking.password.read()
    await clock.advance(4_000)
    expect(await reading).toBe(first)
  })

  it('a disk that refuses it keeps nobody out while the page lives', async () => {
    const refuse = () => {
      throw new DOMException('no room', 'QuotaExceededError')
    }
    device.db.meta.hook('creating', refuse)
    await checking.check()
    expect(await checking.password.read()).toBe(newest)
    expect(asked).toHaveLength(1)
    device.db.meta.hook('creating').unsubscribe(refuse)
    expect(await stored()).toBeUndefined()
  })

  it('[Q12] a device that is wiped, or enrolled anew, meanwhile keeps none', async () => {
    await clearCache(device.db, { at: 0, by: 'owner' })
    await checking.check()
    expect(await stored()).toBeUndefined()
    await writeMeta(device.db, 'device', { ...DEVICE, device_secret_token: 'another-token-of-it' })
    await checking.check()
    expect(await stored()).toBeUndefined()
  })

  it('[Q12] goes with everything else when the device is wiped', async () => {
    await idle()
    expect(await stored()).toBe(newest)
    await clearCache(device.db, { at: 0, by: 'owner' }, TOKEN)
    expect(await stored()).toBeUndefined()
  })
})
