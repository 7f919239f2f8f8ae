/** Of the phases of publish → frame their figures. Pure. */
import { summarize } from '../stats.ts'
import type { Figure, FigureName } from './figures.ts'

export type PaintSubjectName = 'floor' | 'product'

export interface PaintPhase {
  readonly subject: PaintSubjectName
  /** Changes a second. */
  readonly rate: number
  readonly cpu: number
  /** Publish → frame, ms, one for each change that was to be seen and was. */
  readonly delays: readonly number[]
  readonly lost: number
  /** Times that a number jumped back to an older value. */
  readonly wentBack: number
  readonly longTasks: number
  /** In which the changes were to be published. */
  readonly seconds: number
  /** Processor time that the page's main thread took for them. */
  readonly busySeconds: number
}

export function paintFigures(products: number, phases: readonly PaintPhase[]): readonly Figure[] {
  const kinds = new Map(phases.map(({ rate, cpu }) => [`${rate} ${cpu}`, { rate, cpu }]))
  return [...kinds.values()].flatMap(({ rate, cpu }) => {
    const of = (subject: PaintSubjectName) =>
      combine(phases.filter((phase) => phase.rate === rate && phase.cpu === cpu && phase.subject === subject))
    const product = of('product')
    const floor = of('floor')
    const at = rate === 1000 ? 1000 : 100
    const figure = (name: FigureName, pick: (combined: Combined) => number): Figure => ({
      name,
      products,
      cpu,
      product: pick(product),
      floor: pick(floor),
    })
    return [
      figure(`paint-${at}-p50`, ({ p50 }) => p50),
      figure(`paint-${at}-p95`, ({ p95 }) => p95),
      figure(`busy-${at}`, ({ busy }) => 100 * busy),
      figure(`tasks-${at}`, ({ longTasks }) => longTasks),
    ]
  })
}

/** Changes that the screen never showed, and numbers that jumped back: with either, its times mean nothing. */
export function paintFaults(phases: readonly PaintPhase[]): { readonly lost: number; readonly wentBack: number } {
  const own = phases.filter(({ subject }) => subject === 'product')
  return {
    lost: own.reduce((sum, { lost }) => sum + lost, 0),
    wentBack: own.reduce((sum, { wentBack }) => sum + wentBack, 0),
  }
}

type Combined = ReturnType<typeof combine>

/** Each change counts once; what is busy counts by its time. */
function combine(phases: readonly PaintPhase[]) {
  const sum = (pick: (phase: PaintPhase) => number) => phases.reduce((total, phase) => total + pick(phase), 0)
  const { p50, p95 } = summarize(phases.flatMap(({ delays }) => delays))
  return {
    p50,
    p95,
    longTasks: sum(({ longTasks }) => longTasks),
    busy: sum(({ busySeconds }) => busySeconds) / sum(({ seconds }) => seconds),
  }
}
