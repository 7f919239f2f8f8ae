import { describe, expect, it } from 'vitest'
import type { OperationResult, OperationRow, StockEffect } from '../../../src/db/sales/sales-rows.ts'
import {
  isBookedAsVoid,
  isVoidOfUnknown,
  learnFrom,
  withLearned,
} from '../../../src/sync/outbox/learn-versions.pure.ts'

const EPOCH = 'a-life'

function effect(productId: number, learned: StockEffect['learned'] = []): StockEffect {
  return { offline_id: 'a-sale', branch_code: 'a-branch', product_id: productId, delta: -1, learned }
}

function verdict(versions: OperationResult['versions'], changes: Partial<OperationResult> = {}): OperationResult {
  return { server_id: 7, transaction_code: null, epoch: EPOCH, seq: 1, versions, at: 0, ...changes }
}

type Judged = Pick<OperationRow, 'kind' | 'deltas' | 'result'>
const judged = (row: Judged) => row as OperationRow

describe('what a verdict tells of stock', () => {
  it('[D2] is the version of each record that it names, and any version of one that it does not', () => {
    const learned = learnFrom(verdict({ 'stock:1': 8 }), [effect(1), effect(2)])
    expect(learned.map(({ learned: known }) => known)).toEqual([
      [{ epoch: EPOCH, version: 8 }],
      [{ epoch: EPOCH, version: 0 }],
    ])
  })

  it('[D2] of a backend without a log is that the effect is over', () => {
    expect(learnFrom(verdict({}, { epoch: null }), [effect(1)])).toEqual([])
  })

  it('[D2] takes the place of an earlier word of the same life, and stands beside those of others', () => {
    const known = withLearned(effect(1, [{ epoch: EPOCH, version: 3 }]), { epoch: 'another', version: 5 })
    expect(withLearned(known, { epoch: EPOCH, version: 4 }).learned).toEqual([
      { epoch: 'another', version: 5 },
      { epoch: EPOCH, version: 4 },
    ])
  })

  it('[C8] forgets the oldest life before it holds more than eight', () => {
    let known = effect(1)
    for (let life = 1; life <= 9; life += 1) known = withLearned(known, { epoch: `life-${life}`, version: life })
    expect(known.learned.map(({ version }) => version)).toEqual([2, 3, 4, 5, 6, 7, 8, 9])
  })
})

describe('a verdict that says that nothing was taken', () => {
  it('[Q3] is one on a void that names no sale, of a server with a log', () => {
    const row = { kind: 'void' } as const
    expect(isVoidOfUnknown(judged({ ...row, deltas: [], result: verdict({}, { server_id: null }) }))).toBe(true)
    expect(isVoidOfUnknown(judged({ ...row, deltas: [], result: verdict({}) }))).toBe(false)
    expect(isVoidOfUnknown(judged({ ...row, deltas: [], result: verdict({}, { server_id: null, epoch: null }) }))).toBe(
      false,
    )
    expect(isVoidOfUnknown(judged({ kind: 'sale', deltas: [], result: verdict({}, { server_id: null }) }))).toBe(false)
  })

  it('[Q3] is one on a sale that names no version of its goods', () => {
    const sale = { kind: 'sale', deltas: [[1, -1]] as [number, number][] } as const
    expect(isBookedAsVoid(judged({ ...sale, result: verdict({}) }))).toBe(true)
    expect(isBookedAsVoid(judged({ ...sale, result: verdict({ 'stock:1': 2 }) }))).toBe(false)
    expect(isBookedAsVoid(judged({ ...sale, result: verdict({}, { epoch: null }) }))).toBe(false)
    expect(isBookedAsVoid(judged({ ...sale, deltas: [], result: verdict({}) }))).toBe(false)
  })
})
