import { describe, expect, it } from 'vitest'
import { createOpenGate } from '../../../server/http/open-gate.ts'

describe('what is open at the same time', () => {
  it('is bounded by address and in all, and counted out once', () => {
    const gate = createOpenGate({ total: 3, ofAddress: 2 })
    const leaveFirst = gate.enter('a')
    expect(typeof gate.enter('a')).toBe('function')
    expect(gate.enter('a')).toBe('too-many')
    expect(typeof gate.enter('b')).toBe('function')
    expect(gate.enter('b')).toBe('full')
    if (typeof leaveFirst === 'string') throw new Error('the first was refused')
    leaveFirst()
    leaveFirst()
    expect(typeof gate.enter('b')).toBe('function')
    expect(gate.enter('c')).toBe('full')
  })
})
