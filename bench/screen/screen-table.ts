/** What `bench -- screen` says, in Markdown. Pure. */
import { type Cell, markdownTable } from '../report.ts'
import type { Aim, Judgement } from './budgets.ts'
import { FIGURES, type Figure, type FigureName } from './figures.ts'

/** A row for each figure at each speed, three columns for each size: the floor, the product, and whether the aim is met. */
export function tabulateFigures(figures: readonly Figure[], judgements: readonly Judgement[]): string {
  const sizes = distinct(figures.map(({ products }) => products))
  const speeds = distinct(figures.map(({ cpu }) => cpu))
  const names = Object.keys(FIGURES) as FigureName[]
  const head = [
    'what',
    'CPU',
    'aim',
    ...sizes.flatMap((size) => [`${size.toLocaleString('en')}: floor`, 'product', 'met']),
  ]
  const rows = speeds.flatMap((cpu) =>
    names.flatMap((name) => {
      const own = figures.filter((figure) => figure.name === name && figure.cpu === cpu)
      if (own.length === 0) return []
      return [
        [
          FIGURES[name],
          cpu === 1 ? '' : `÷ ${cpu}`,
          aimsOf(name, cpu, judgements),
          ...sizes.flatMap((size) => cellsOf(own, size, judgements)),
        ],
      ]
    }),
  )
  return markdownTable(head, rows)
}

function cellsOf(figures: readonly Figure[], size: number, judgements: readonly Judgement[]): Cell[] {
  const figure = figures.find(({ products }) => products === size)
  if (!figure) return ['', '', '']
  const own = judgements.filter((judgement) => judgement.figure === figure)
  const met = own.length === 0 ? '' : own.every(({ isMet }) => isMet) ? 'yes' : '**no**'
  return [figure.floor === null ? '' : rounded(figure.floor), rounded(figure.product), met]
}

function aimsOf(name: FigureName, cpu: number, judgements: readonly Judgement[]): string {
  const own = judgements.filter(({ figure }) => figure.name === name && figure.cpu === cpu)
  return distinct(own.map(({ aim }) => wordsOfLimit(aim))).join(' / ')
}

function wordsOfLimit({ limit }: Aim): string {
  return limit.kind === 'at-most' ? `≤ ${limit.value.toLocaleString('en')}` : `≤ ${limit.times} × floor`
}

/** A line for each judgement, for the terminal. */
export function listJudgements(judgements: readonly Judgement[]): string {
  return judgements
    .map(({ aim, figure, limit, isMet }) => {
      const at = `${figure.products.toLocaleString('en')} products${figure.cpu === 1 ? '' : `, CPU ÷ ${figure.cpu}`}`
      const allowed = aim.limit.kind === 'floor' ? `${rounded(limit)} = ${wordsOfLimit(aim).slice(2)}` : rounded(limit)
      return `${isMet ? 'met    ' : 'NOT MET'} ${FIGURES[figure.name]} (${at}): ${rounded(figure.product)}, at most ${allowed}`
    })
    .join('\n')
}

/** Markdown between its two markers is replaced. Throws when the text does not have each exactly once, in this order. */
export function replaceBetween(text: string, name: string, content: string): string {
  const begin = `<!-- ${name}: begin, written by npm run bench -->`
  const end = `<!-- ${name}: end -->`
  const [before, rest, ...more] = text.split(begin)
  const [, after, ...others] = rest?.split(end) ?? []
  if (before === undefined || after === undefined || more.length > 0 || others.length > 0)
    throw new Error(`There must be one "${begin}" and after it one "${end}"`)
  return `${before}${begin}\n\n${content.trim()}\n\n${end}${after}`
}

/** Tenths below 100. */
function rounded(value: number): string {
  if (!Number.isFinite(value)) return '–'
  const digits = Number.isInteger(value) || Math.abs(value) >= 100 ? 0 : 1
  return value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits })
}

function distinct<T extends number | string>(values: readonly T[]): T[] {
  return [...new Set(values)]
}
