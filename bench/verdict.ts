import type { Row } from './phase.ts'

/** The aim: p95 at this rate ≤ 2 × the paint floor's p95 plus 20 ms, nothing lost, no task over 50 ms. */
const AIM_RATE = 100
const FACTOR = 2
const ALLOWANCE_MS = 20

export interface Verdict {
  readonly isMet: boolean
  readonly text: string
}

/** Null when the rate of the aim was not measured. */
export function judge(rows: readonly Row[]): Verdict | null {
  const find = (subject: Row['subject']) => rows.find((row) => row.rate === AIM_RATE && row.subject === subject)
  const product = find('product')
  const floor = find('paint floor')
  if (!product || !floor) return null
  const limit = FACTOR * floor.delay.p95 + ALLOWANCE_MS
  const measured = rows.filter(({ subject }) => subject === 'product')
  const lost = measured.reduce((sum, row) => sum + row.lost, 0)
  const longTasks = measured.reduce((sum, row) => sum + row.longTasks.length, 0)
  const wentBack = measured.reduce((sum, row) => sum + row.wentBack, 0)
  const isMet = product.delay.p95 <= limit && lost === 0 && longTasks === 0 && wentBack === 0
  const facts = [
    `p95 at ${AIM_RATE}/s ${product.delay.p95.toFixed(1)} ms (limit ${FACTOR} × ${floor.delay.p95.toFixed(1)} + ${ALLOWANCE_MS} = ${limit.toFixed(1)} ms)`,
    `${lost} lost`,
    `${longTasks} tasks over 50 ms`,
    ...(wentBack === 0 ? [] : [`${wentBack} numbers jumped back`]),
  ]
  return { isMet, text: `Aim ${isMet ? 'met' : 'MISSED'}: ${facts.join(', ')}.` }
}
