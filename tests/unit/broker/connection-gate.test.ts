import { describe, expect, test } from 'vitest'
import { type ConnectionGate, createConnectionGate, type GatePass } from '../../../server/broker/connection-gate.ts'
import { CONNECTION_LIMITS } from '../../../server/broker/limits.ts'

const limits = {
  connections: 10,
  strangers: 6,
  strangersOfAddress: 3,
  arrivalsOfAddress: { burst: 8, perSecond: 1 },
  ofDevice: 2,
}

function arrive(gate: ConnectionGate<GatePass>, address: string, now = 0): GatePass | string {
  const refused = gate.refusal(address, now)
  if (refused !== null) return refused
  const pass = { address }
  gate.enter(pass)
  return pass
}

describe('the gate of the embedded broker', () => {
  test('an address has so many that were not let in yet; those that were do not count', () => {
    const gate = createConnectionGate<GatePass>(limits)
    const first = [arrive(gate, 'a'), arrive(gate, 'a'), arrive(gate, 'a')]
    expect(arrive(gate, 'a')).toBe('too-many')
    expect(arrive(gate, 'b')).toEqual({ address: 'b' })
    const [known, gone] = first
    if (typeof known !== 'object' || typeof gone !== 'object') throw new Error('not entered')
    gate.letIn(known, 'DEV-1')
    expect(arrive(gate, 'a')).toEqual({ address: 'a' })
    gate.leave(gone)
    gate.leave(gone)
    expect(arrive(gate, 'a')).toEqual({ address: 'a' })
    expect(arrive(gate, 'a')).toBe('too-many')
  })

  test('an address comes only so often, and is welcome again when it has waited', () => {
    const gate = createConnectionGate<GatePass>(limits)
    for (let come = 0; come < limits.arrivalsOfAddress.burst; come += 1) {
      const pass = arrive(gate, 'a')
      if (typeof pass === 'object') gate.leave(pass)
    }
    expect(arrive(gate, 'a')).toBe('too-many')
    expect(arrive(gate, 'a', 1_000)).toEqual({ address: 'a' })
  })

  test('many addresses together do not fill it either', () => {
    const gate = createConnectionGate<GatePass>(limits)
    for (let come = 0; come < limits.strangers; come += 1) expect(arrive(gate, `a${come}`)).toBeTypeOf('object')
    expect(arrive(gate, 'z')).toBe('full')
  })

  test('a device’s connections beyond its number end, the oldest first; the backend has no number', () => {
    const gate = createConnectionGate<GatePass>(limits)
    const passes = ['a', 'b', 'c', 'd'].map((address) => {
      const pass = arrive(gate, address)
      if (typeof pass !== 'object') throw new Error('refused')
      return pass
    })
    const [a, b, c, d] = passes as [GatePass, GatePass, GatePass, GatePass]
    expect(gate.letIn(a, 'DEV-1')).toEqual([])
    expect(gate.letIn(b, 'DEV-1')).toEqual([])
    expect(gate.letIn(c, 'DEV-1')).toEqual([a])
    gate.leave(a)
    expect(gate.letIn(d, 'DEV-2')).toEqual([])
    for (let more = 0; more < 5; more += 1) {
      const pass = { address: `x${more}` }
      gate.enter(pass)
      expect(gate.letIn(pass, null)).toEqual([])
    }
  })

  test('a shop of fifty tablets behind one address comes back at once, again and again', () => {
    const gate = createConnectionGate<GatePass>(CONNECTION_LIMITS)
    // Each tries five times in the first second, then about once a second, as its pauses grow to two seconds.
    for (let second = 0; second < 60; second += 1) {
      const tries = second === 0 ? 250 : 60
      for (let attempt = 0; attempt < tries; attempt += 1) {
        const pass = arrive(gate, '203.0.113.7', second * 1_000 + (attempt / tries) * 1_000)
        if (typeof pass !== 'object') throw new Error(`refused in second ${second}: ${pass}`)
        gate.leave(pass)
      }
    }
    for (let tablet = 0; tablet < 50; tablet += 1) {
      expect(arrive(gate, '203.0.113.7', 61_000)).toBeTypeOf('object')
    }
  })

  test('all addresses of one IPv6 network count as one', () => {
    const gate = createConnectionGate<GatePass>(limits)
    const [first] = ['2001:db8:1:2::1', '2001:db8:1:2::2', '2001:db8:1:2:3::'].map((address) => arrive(gate, address))
    expect(arrive(gate, '2001:0db8:0001:0002::6')).toBe('too-many')
    expect(arrive(gate, '2001:db8:1:3::6')).toBeTypeOf('object')
    gate.leave(first as GatePass)
    expect(arrive(gate, '2001:db8:1:2::4')).toBeTypeOf('object')
  })
})
