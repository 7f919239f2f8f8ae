import { describe, expect, test } from 'vitest'
import type { EmqxClient } from '../../../server/broker/emqx-api.ts'
import { findSurplus, KEPT_SESSION_MS } from '../../../server/broker/emqx-surplus.ts'
import { CONNECTION_LIMITS } from '../../../server/broker/limits.ts'

const NOW = Date.parse('2026-11-29T08:00:00Z')
const at = (ms: number): string => new Date(NOW - ms).toISOString()
const isOurs = (username: string): boolean => username.startsWith('DEV-')

function connected(clientid: string, ago: number, username = 'DEV-1'): EmqxClient {
  return { clientid, username, connected: true, connected_at: at(ago) }
}

describe('what EMQX keeps of a device beyond its number', () => {
  test('the newest connections stay, the oldest go', () => {
    const clients = Array.from({ length: 1_000 }, (_, index) => connected(`DEV-1-${index}`, index * 1_000))
    const surplus = findSurplus([...clients].reverse(), NOW, isOurs)
    expect(surplus).toHaveLength(1_000 - CONNECTION_LIMITS.ofDevice)
    expect(surplus).not.toContain('DEV-1-0')
    expect(surplus).not.toContain(`DEV-1-${CONNECTION_LIMITS.ofDevice - 1}`)
    expect(findSurplus(clients.slice(0, CONNECTION_LIMITS.ofDevice), NOW, isOurs)).toEqual([])
  })

  test('a session without a connection goes after a minute, whatever time its client named', () => {
    const kept = (clientid: string, ago: number | null): EmqxClient => ({
      clientid,
      username: 'DEV-1',
      connected: false,
      disconnected_at: ago === null ? null : at(ago),
    })
    const clients = [kept('new', KEPT_SESSION_MS), kept('old', KEPT_SESSION_MS + 1), kept('untold', null)]
    expect(findSurplus(clients, NOW, isOurs)).toEqual(['old', 'untold'])
    // The clock was set back since.
    expect(findSurplus([kept('ahead', -KEPT_SESSION_MS - 1)], NOW, isOurs)).toEqual(['ahead'])
  })

  test('other users of the broker, the backend too, are left alone', () => {
    const clients = Array.from({ length: 50 }, (_, index) => connected(`c${index}`, index, 'mstore-backend'))
    const nameless: EmqxClient = { clientid: 'x', username: null, connected: false }
    expect(findSurplus([...clients, nameless], NOW, isOurs)).toEqual([])
  })

  test('a time that EMQX tells with an offset is understood', () => {
    const client = { ...connected('a', 0), connected: false, disconnected_at: '2026-11-29T15:00:00.000+07:00' }
    expect(findSurplus([client], NOW, isOurs)).toEqual([])
  })
})
