import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  CASH,
  type CashRule,
  changeFor,
  dueBy,
  finalTotal,
  overpaidOf,
  type PaymentState,
  restOf,
  resumePayment,
  startPayment,
  TENDER_MAX,
  takeBack,
  tender,
} from '../../../src/domain/payment.ts'

const exact: CashRule = { step: 1, mode: 'nearest' }
const hundreds: CashRule = { step: 100, mode: 'nearest' }

const rules = fc.record({
  step: fc.constantFrom(1, 50, 100, 500, 1000),
  mode: fc.constantFrom('nearest' as const, 'down' as const, 'up' as const),
})
const totals = fc.oneof(fc.integer({ min: 0, max: 2_000 }), fc.integer({ min: 0, max: 5_000_000_000 }))
const moves = fc.array(
  fc.oneof(
    fc.record({ method: fc.constantFrom(CASH, 'QRIS', 'CARD'), share: fc.integer({ min: -5, max: 150 }) }),
    fc.record({ takeBack: fc.nat(3) }),
  ),
  { maxLength: 12 },
)

/** Any sequence of taking and giving back, refused moves included. */
function play(
  total: number,
  rule: CashRule,
  steps: readonly ({ method: string; share: number } | { takeBack: number })[],
) {
  const states: PaymentState[] = [startPayment(total)]
  for (const step of steps) {
    const state = states.at(-1) ?? startPayment(total)
    if ('takeBack' in step) {
      states.push(takeBack(state, step.takeBack))
      continue
    }
    const amount = Math.round((dueBy(state, step.method, rule) * step.share) / 100)
    const outcome = tender(state, { method: step.method, amount, reference: null }, rule)
    if (outcome.ok) states.push(outcome.state)
  }
  return states
}

function pay(state: PaymentState, method: string, amount: number, rule = exact): PaymentState {
  const outcome = tender(state, { method, amount, reference: null }, rule)
  if (!outcome.ok) throw new Error(outcome.reason)
  return outcome.state
}

describe('payment', () => {
  it('keeps every amount whole and none below zero, whatever is taken and given back', () => {
    fc.assert(
      fc.property(totals, rules, moves, (total, rule, steps) => {
        for (const state of play(total, rule, steps)) {
          const numbers = [restOf(state), finalTotal(state), ...state.parts.flatMap((p) => [p.amount, p.tendered ?? 0])]
          expect(numbers.every((value) => Number.isSafeInteger(value) && value >= 0)).toBe(true)
          for (const part of state.parts) expect((part.tendered ?? part.amount) - part.amount).toBeGreaterThanOrEqual(0)
        }
      }),
    )
  })

  it('adds up: the payments of a paid sale are its rounded total, the rest of an unpaid one is missing', () => {
    fc.assert(
      fc.property(totals, rules, moves, (total, rule, steps) => {
        for (const state of play(total, rule, steps)) {
          const paid = state.parts.reduce((sum, { amount }) => sum + amount, 0)
          expect(overpaidOf(state)).toBe(0)
          if (state.isPaid) expect(paid).toBe(finalTotal(state))
          else expect(paid + restOf(state)).toBe(total)
        }
      }),
    )
  })

  it('rounds by less than a step, only when cash closes the sale', () => {
    fc.assert(
      fc.property(totals, rules, moves, (total, rule, steps) => {
        for (const state of play(total, rule, steps)) {
          expect(Math.abs(state.rounding)).toBeLessThan(rule.step)
          const isClosedByCash = state.isPaid && state.parts.at(-1)?.method === CASH
          if (!isClosedByCash) expect(state.rounding).toBe(0)
        }
      }),
    )
  })

  it('can always be closed by paying what is due, by any method', () => {
    fc.assert(
      fc.property(totals, rules, moves, fc.constantFrom(CASH, 'QRIS'), (total, rule, steps, method) => {
        const last = play(total, rule, steps).at(-1) ?? startPayment(total)
        if (last.isPaid) return
        const outcome = tender(last, { method, amount: dueBy(last, method, rule), reference: null }, rule)
        expect(outcome.ok && outcome.state.isPaid).toBe(true)
      }),
    )
  })

  it('hands back what was given over the due, and knows no change before it is enough', () => {
    const state = startPayment(45_000)
    expect(changeFor(state, 40_000, exact)).toBeNull()
    expect(changeFor(state, 45_000, exact)).toBe(0)
    expect(changeFor(state, 100_000, exact)).toBe(55_000)
    expect(pay(state, CASH, 100_000)).toEqual({
      total: 45_000,
      parts: [{ method: CASH, amount: 45_000, tendered: 100_000, reference: null }],
      rounding: 0,
      isPaid: true,
    })
  })

  it('rounds only the cash that is left after a split', () => {
    const afterQris = pay(startPayment(45_030), 'QRIS', 20_010, hundreds)
    expect(restOf(afterQris)).toBe(25_020)
    expect(dueBy(afterQris, 'QRIS', hundreds)).toBe(25_020)
    expect(dueBy(afterQris, CASH, hundreds)).toBe(25_000)
    const paid = pay(afterQris, CASH, 50_000, hundreds)
    expect(paid).toMatchObject({ rounding: -20, isPaid: true })
    expect(finalTotal(paid)).toBe(45_010)
  })

  it('does not round when cash comes first and QRIS closes the sale', () => {
    const paid = pay(pay(startPayment(45_030), CASH, 20_000, hundreds), 'QRIS', 25_030, hundreds)
    expect(paid).toMatchObject({ rounding: 0, isPaid: true })
  })

  it('refuses what cannot be meant', () => {
    const refusal = (state: PaymentState, method: string, amount: number, rule = exact) => {
      const outcome = tender(state, { method, amount, reference: null }, rule)
      return outcome.ok ? 'taken' : outcome.reason
    }
    const state = startPayment(10_020)
    expect(refusal(state, CASH, 0)).toBe('nothing')
    expect(refusal(state, CASH, -5)).toBe('nothing')
    expect(refusal(state, CASH, 0.5)).toBe('nothing')
    expect(refusal(state, CASH, TENDER_MAX + 1)).toBe('too-large')
    // What a scanner types: EAN-8 and EAN-13.
    expect(refusal(state, CASH, 12_345_670)).toBe('too-large')
    expect(refusal(state, CASH, 8_991_234_567_890)).toBe('too-large')
    expect(refusal(state, 'QRIS', 10_021)).toBe('over-rest')
    expect(refusal(state, CASH, 10_050, { step: 100, mode: 'up' })).toBe('not-enough')
    expect(refusal(pay(state, 'QRIS', 10_020), CASH, 5_000)).toBe('already-paid')
  })

  it('closes a sale that costs nothing, and one that rounding takes away', () => {
    expect(pay(startPayment(0), CASH, 0)).toMatchObject({ isPaid: true, rounding: 0 })
    expect(pay(startPayment(40), CASH, 0, hundreds)).toMatchObject({ isPaid: true, rounding: -40 })
  })

  it('takes nothing more, and says by how much, when the cart became cheaper than what was paid', () => {
    const parts = pay(startPayment(50_000), 'QRIS', 30_000).parts
    const cheaper = resumePayment(20_000, parts)
    expect(cheaper.isPaid).toBe(false)
    expect(overpaidOf(cheaper)).toBe(10_000)
    expect(tender(cheaper, { method: CASH, amount: 0, reference: null }, exact).ok).toBe(false)
    expect(tender(cheaper, { method: CASH, amount: 5_000, reference: null }, exact).ok).toBe(false)
    expect(restOf(takeBack(cheaper, 0))).toBe(20_000)
  })

  it('gives the cash that closed a sale back with the part before it: it was rounded for another rest', () => {
    const up: CashRule = { step: 100, mode: 'up' }
    const paid = pay(pay(startPayment(60), 'QRIS', 50, up), CASH, 100, up)
    expect(paid).toMatchObject({ isPaid: true, rounding: 90 })
    expect(takeBack(paid, 0)).toEqual(startPayment(60))
    expect(takeBack(paid, 1).parts).toHaveLength(1)
  })

  it('is paid at once when the cart became exactly what was paid', () => {
    expect(resumePayment(30_000, pay(startPayment(50_000), 'QRIS', 30_000).parts).isPaid).toBe(true)
  })
})
