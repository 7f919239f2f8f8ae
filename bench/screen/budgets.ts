/** The aims in bench/budgets.json and how figures are judged by them. Pure. */
import { type Figure, type FigureName, isFigureName } from './figures.ts'

export interface Aim {
  readonly figure: FigureName
  readonly cpu: number
  /** Null: at every size that is measured. */
  readonly products: number | null
  readonly limit:
    | { readonly kind: 'at-most'; readonly value: number }
    | { readonly kind: 'floor'; readonly times: number }
}

export interface Judgement {
  readonly aim: Aim
  readonly figure: Figure
  /** In the figure's unit. */
  readonly limit: number
  readonly isMet: boolean
}

/** Throws Error that names the entry: an aim that is spelled wrong would never be missed. */
export function readAims(json: unknown): readonly Aim[] {
  if (!Array.isArray(json)) throw new Error('The aims are not a list')
  return json.map((entry: unknown, index) => {
    const aim = readAim(entry)
    if (aim === null) throw new Error(`Aim ${index + 1} is not one: ${JSON.stringify(entry)}`)
    return aim
  })
}

const KEYS: readonly string[] = ['figure', 'cpu', 'products', 'atMost', 'timesFloor']

function readAim(entry: unknown): Aim | null {
  if (typeof entry !== 'object' || entry === null) return null
  if (!Object.keys(entry).every((key) => KEYS.includes(key))) return null
  const { figure, cpu, products, atMost, timesFloor }: Record<string, unknown> = { ...entry }
  if (!isFigureName(figure) || !isPositive(cpu)) return null
  if (products !== undefined && !isPositive(products)) return null
  const at = { figure, cpu, products: products ?? null }
  if (isPositive(atMost) && timesFloor === undefined) return { ...at, limit: { kind: 'at-most', value: atMost } }
  if (isPositive(timesFloor) && atMost === undefined) return { ...at, limit: { kind: 'floor', times: timesFloor } }
  return null
}

function isPositive(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value > 0
}

/** One for each pair of an aim and a figure that it is about. A figure that is no number, or has no floor, does not meet its aim. */
export function judgeFigures(figures: readonly Figure[], aims: readonly Aim[]): readonly Judgement[] {
  return figures.flatMap((figure) =>
    aims
      .filter((aim) => isAbout(aim, figure))
      .map((aim) => {
        const limit = aim.limit.kind === 'at-most' ? aim.limit.value : aim.limit.times * (figure.floor ?? Number.NaN)
        return { aim, figure, limit, isMet: figure.product <= limit }
      }),
  )
}

/** Aims that no figure was measured for. */
export function unmeasured(figures: readonly Figure[], aims: readonly Aim[]): readonly Aim[] {
  return aims.filter((aim) => !figures.some((figure) => isAbout(aim, figure)))
}

function isAbout(aim: Aim, { name, cpu, products }: Figure): boolean {
  return aim.figure === name && aim.cpu === cpu && (aim.products === null || aim.products === products)
}
