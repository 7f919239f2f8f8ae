import { describe, expect, test, vi } from 'vitest'
import { BrokerError } from '../../../server/broker/errors.ts'
import type { MqttConnectionEvents, OpenMqttConnection } from '../../../server/broker/mqtt-connection.ts'
import { createMqttLink, type MqttLinkOptions } from '../../../server/broker/mqtt-link.ts'
import { reconnectDelay } from '../../../server/broker/reconnect-delay.ts'

interface FakeConnection {
  readonly events: MqttConnectionEvents
  readonly sent: { payload: string; done: (error: BrokerError | null) => void }[]
  ended: boolean
}

function createHarness(options: Partial<MqttLinkOptions> = {}) {
  const connections: FakeConnection[] = []
  const open: OpenMqttConnection = (_options, events) => {
    const connection: FakeConnection = { events, sent: [], ended: false }
    connections.push(connection)
    return {
      publish: (_topic, payload, done) => void connection.sent.push({ payload, done }),
      subscribe: async () => undefined,
      end: () => {
        connection.ended = true
        events.closed(new Error('ended here'))
      },
    }
  }
  const warn = vi.fn()
  const link = createMqttLink({
    connection: { url: 'mqtt://user:pass@127.0.0.1:1', clientId: 'c', username: 'u', password: 'p' },
    log: { info: vi.fn(), warn },
    open,
    random: () => 0.5,
    ...options,
  })
  const at = (index: number): FakeConnection => {
    const connection = connections[index]
    if (connection === undefined) throw new Error(`no connection ${index}`)
    return connection
  }
  /** Lets resolved promises call back. */
  const turn = async (): Promise<void> => {
    for (let i = 0; i < 10; i += 1) await Promise.resolve()
  }
  return { link, connections, at, warn, turn }
}

async function connected(options: Partial<MqttLinkOptions> = {}, receiveMaximum = 10) {
  const harness = createHarness(options)
  harness.link.start()
  harness.at(0).events.opened(receiveMaximum)
  await harness.turn()
  expect(harness.link.connected).toBe(true)
  return harness
}

describe('the backend’s connection to a broker', () => {
  test('[C5] waits with full jitter, at most two seconds', () => {
    for (let attempt = 0; attempt < 2_000; attempt += 1) {
      expect(reconnectDelay(attempt, 0)).toBe(0)
      expect(reconnectDelay(attempt, 0.999_999)).toBeLessThanOrEqual(2_000)
      expect(reconnectDelay(attempt + 1, 0.5)).toBeGreaterThanOrEqual(reconnectDelay(attempt, 0.5))
    }
    expect(reconnectDelay(20, 0.999_999)).toBeGreaterThan(1_900)
  })

  test('[S4] a publish resolves at its acknowledgement and rejects on refusal, without ending the others', async () => {
    const { link, at } = await connected()
    const first = link.publish('t', '1')
    const second = link.publish('t', '2')
    at(0).sent[0]?.done(new BrokerError('refused', 'not authorized'))
    at(0).sent[1]?.done(null)
    await expect(first).rejects.toMatchObject({ kind: 'refused' })
    await expect(second).resolves.toBeUndefined()
    expect(link.connected).toBe(true)
  })

  test('[S4] a broker that refuses the backend is connected to anew, ever more rarely, until it takes one', async () => {
    vi.useFakeTimers()
    const { link, at, connections, turn } = await connected({ reopensWhenRefused: true })
    const pauses: number[] = []
    for (let round = 0; round < 9; round += 1) {
      const both = Promise.allSettled([link.publish('t', '1'), link.publish('t', '2')])
      at(round).sent[0]?.done(new BrokerError('refused', 'not authorized'))
      expect(await both).toMatchObject([{ reason: { kind: 'refused' } }, { reason: { kind: 'unavailable' } }])
      expect(at(round).ended).toBe(true)
      const endedAt = Date.now()
      while (connections.length === round + 1) await vi.advanceTimersByTimeAsync(5)
      pauses.push(Date.now() - endedAt)
      at(round + 1).events.opened(10)
      await turn()
      expect(link.connected).toBe(true)
    }
    expect(pauses.every((pause, index) => pause <= 2_000 && pause >= (pauses[index - 1] ?? 0))).toBe(true)
    expect(pauses.at(-1)).toBeGreaterThan(900)
    const taken = link.publish('t', '3')
    at(9).sent[0]?.done(null)
    await taken
    at(9).events.closed(new Error('reset'))
    await vi.advanceTimersByTimeAsync(50)
    expect(connections).toHaveLength(11)
    vi.useRealTimers()
  })

  test('[S4] no more than the receive maximum is outstanding, in call order', async () => {
    const { link, at } = await connected({}, 2)
    const all = ['1', '2', '3', '4'].map((payload) => link.publish('t', payload))
    expect(at(0).sent.map(({ payload }) => payload)).toEqual(['1', '2'])
    at(0).sent[0]?.done(null)
    expect(at(0).sent.map(({ payload }) => payload)).toEqual(['1', '2', '3'])
    at(0).sent[1]?.done(null)
    at(0).sent[2]?.done(null)
    at(0).sent[3]?.done(null)
    await Promise.all(all)
  })

  test('[S4] a lost connection rejects everything outstanding, sent or not, and sends nothing again', async () => {
    vi.useFakeTimers()
    const { link, at, connections, turn } = await connected({}, 1)
    const seen: boolean[] = []
    link.onConnection((value) => seen.push(value))
    const results = Promise.allSettled([link.publish('t', '1'), link.publish('t', '2')])
    at(0).events.closed(new Error('reset'))
    for (const result of await results) {
      expect(result).toMatchObject({ status: 'rejected', reason: { kind: 'unavailable' } })
    }
    await expect(link.publish('t', '3')).rejects.toMatchObject({ kind: 'unavailable' })
    await vi.advanceTimersByTimeAsync(2_000)
    expect(connections).toHaveLength(2)
    at(1).events.opened(10)
    await turn()
    expect(at(1).sent).toEqual([])
    expect(seen).toEqual([false, true])
    // A late word of the old connection means nothing to the new one.
    at(0).sent[0]?.done(null)
    at(0).events.closed(new Error('again'))
    expect(link.connected).toBe(true)
    vi.useRealTimers()
  })

  test('what prepares a connection comes before it counts as connected, and its failure starts over', async () => {
    vi.useFakeTimers()
    let fail = true
    const prepare = vi.fn(async () => {
      if (fail) throw new Error('not allowed')
    })
    const { link, at, connections, turn } = createHarness({ prepare })
    link.start()
    at(0).events.opened(10)
    expect(link.connected).toBe(false)
    await turn()
    expect(at(0).ended).toBe(true)
    expect(link.connected).toBe(false)
    fail = false
    await vi.advanceTimersByTimeAsync(2_000)
    expect(connections).toHaveLength(2)
    at(1).events.opened(10)
    await turn()
    expect(link.connected).toBe(true)
    vi.useRealTimers()
  })

  test('says what is wrong once, not at every attempt, and never a password', async () => {
    vi.useFakeTimers()
    const { link, connections, at, warn } = createHarness()
    link.start()
    for (let attempt = 0; attempt < 20; attempt += 1) {
      at(connections.length - 1).events.closed(new Error('connect ECONNREFUSED'))
      await vi.advanceTimersByTimeAsync(2_000)
    }
    expect(connections.length).toBe(21)
    expect(warn).toHaveBeenCalledTimes(1)
    expect(JSON.stringify(warn.mock.calls)).not.toContain('pass')
    at(20).events.closed(new Error('bad user name or password'))
    expect(warn).toHaveBeenCalledTimes(2)
    await link.close()
    vi.useRealTimers()
  })

  test('closing ends the connection and stops trying', async () => {
    vi.useFakeTimers()
    const { link, at, connections } = await connected()
    const publishing = link.publish('t', '1')
    const closing = link.close()
    await expect(publishing).rejects.toMatchObject({ kind: 'unavailable' })
    await closing
    expect(at(0).ended).toBe(true)
    await vi.advanceTimersByTimeAsync(10_000)
    expect(connections).toHaveLength(1)
    expect(link.connected).toBe(false)

    const waiting = createHarness()
    waiting.link.start()
    waiting.at(0).events.closed(new Error('refused'))
    await waiting.link.close()
    await vi.advanceTimersByTimeAsync(10_000)
    expect(waiting.connections).toHaveLength(1)
    vi.useRealTimers()
  })
})
