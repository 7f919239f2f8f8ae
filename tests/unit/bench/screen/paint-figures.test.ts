import { describe, expect, test } from 'vitest'
import { type PaintPhase, paintFaults, paintFigures } from '../../../../bench/screen/paint-figures.ts'

function phase(change: Partial<PaintPhase>): PaintPhase {
  return {
    subject: 'product',
    rate: 100,
    cpu: 1,
    delays: [10],
    lost: 0,
    wentBack: 0,
    longTasks: 0,
    seconds: 1,
    busySeconds: 0.5,
    ...change,
  }
}

describe('paintFigures', () => {
  test('puts the floor of the same rate and speed beside the product', () => {
    const figures = paintFigures(10_000, [
      phase({ subject: 'floor', delays: [2, 4], busySeconds: 0.1 }),
      phase({ delays: [20, 40], longTasks: 3 }),
      phase({ rate: 1000, delays: [70] }),
      phase({ rate: 1000, subject: 'floor', delays: [7] }),
      phase({ cpu: 6, delays: [90] }),
      phase({ cpu: 6, subject: 'floor', delays: [9] }),
    ])
    const at = { products: 10_000, cpu: 1 }
    expect(figures).toContainEqual({ name: 'paint-100-p50', ...at, product: 20, floor: 2 })
    expect(figures).toContainEqual({ name: 'paint-100-p95', ...at, product: 40, floor: 4 })
    expect(figures).toContainEqual({ name: 'busy-100', ...at, product: 50, floor: 10 })
    expect(figures).toContainEqual({ name: 'tasks-100', ...at, product: 3, floor: 0 })
    expect(figures).toContainEqual({ name: 'paint-1000-p95', ...at, product: 70, floor: 7 })
    expect(figures).toContainEqual({ name: 'paint-100-p95', products: 10_000, cpu: 6, product: 90, floor: 9 })
  })

  test('counts changes over all rounds, and weighs busy time by length', () => {
    const figures = paintFigures(10_000, [
      phase({ delays: [10], seconds: 1, busySeconds: 0.1 }),
      phase({ delays: [20, 30], seconds: 3, busySeconds: 1.5 }),
      phase({ subject: 'floor' }),
    ])
    expect(figures.find(({ name }) => name === 'paint-100-p50')?.product).toBe(20)
    expect(figures.find(({ name }) => name === 'busy-100')?.product).toBe(40)
  })

  test('without a floor is no number, so no aim beside it is met', () => {
    expect(paintFigures(10_000, [phase({})])[0]?.floor).toBeNaN()
  })
})

describe('paintFaults', () => {
  test('are the product’s, not the floor’s', () => {
    const phases = [phase({ lost: 1 }), phase({ wentBack: 2, rate: 1000 }), phase({ subject: 'floor', lost: 5 })]
    expect(paintFaults(phases)).toEqual({ lost: 1, wentBack: 2 })
  })
})
