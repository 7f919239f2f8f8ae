import { describe, expect, test } from 'vitest'
import { combinePhases, type Phase, type Subject } from '../../../bench/phase.ts'
import { judge } from '../../../bench/verdict.ts'

function phase(subject: Subject, delay: number, change: Partial<Phase> = {}): Phase {
  return {
    subject,
    rate: 100,
    updates: 2,
    delays: [delay, delay],
    lost: 0,
    wentBack: 0,
    longTasks: [],
    messages: 4,
    bytesReceived: 1000,
    bytesSent: 8,
    commits: [1, 1],
    seconds: 1,
    pageCpu: 0.1,
    serverCpu: 0.2,
    machine: { busy: 0.3, others: 0.1 },
    ...change,
  }
}

describe('judge', () => {
  test('is met up to twice the paint floor plus 20 ms', () => {
    const isMet = (delay: number) => judge(combinePhases([phase('paint floor', 15), phase('product', delay)]))?.isMet
    expect(isMet(50)).toBe(true)
    expect(isMet(50.1)).toBe(false)
  })

  test('is missed by one lost update, one long task or one number that jumped back, at any rate', () => {
    const good = [phase('paint floor', 15), phase('product', 20)]
    const judged = (worse: Phase) => judge(combinePhases([...good, worse]))?.isMet
    expect(judged(phase('product', 20, { rate: 10, lost: 1 }))).toBe(false)
    expect(judged(phase('product', 20, { rate: 10, longTasks: [{ at: 0, ms: 51 }] }))).toBe(false)
    expect(judged(phase('product', 20, { rate: 10, wentBack: 1 }))).toBe(false)
    expect(judged(phase('product', 20, { rate: 10 }))).toBe(true)
  })

  test('says nothing when the rate of the aim was not measured, or nothing was seen', () => {
    expect(
      judge(combinePhases([phase('paint floor', 15, { rate: 10 }), phase('product', 20, { rate: 10 })])),
    ).toBeNull()
    expect(judge(combinePhases([phase('paint floor', 15), phase('product', 20, { delays: [] })]))?.isMet).toBe(false)
  })
})

describe('combinePhases', () => {
  test('counts updates, not phases, and weighs processor time by length', () => {
    const [row] = combinePhases([
      phase('product', 10, { seconds: 1, pageCpu: 0.1 }),
      phase('product', 30, { seconds: 3, pageCpu: 0.5, updates: 6, messages: 12 }),
    ])
    expect(row).toMatchObject({ updates: 8, messagesPerUpdate: 2, pageCpu: 0.4 })
    expect(row?.delay).toMatchObject({ count: 4, p50: 10, p95: 30 })
  })
})
