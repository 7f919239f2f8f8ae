/** Markdown, ready for the documentation. Pure. */

export type Cell = string | number

/** Numbers stand to the right. */
export function markdownTable(head: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const isNumeric = (column: number) => rows.length > 0 && rows.every((row) => typeof row[column] === 'number')
  const lines = [
    head,
    head.map((_, column) => (isNumeric(column) ? '---:' : '---')),
    ...rows.map((row) => row.map((cell) => (typeof cell === 'number' ? formatNumber(cell) : cell))),
  ]
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}

/** Three places of information are enough: 0.23, 4.1, 17.3, 1,234. A missing number is a dash. */
function formatNumber(value: number): string {
  if (!Number.isFinite(value)) return '–'
  if (Number.isInteger(value)) return value.toLocaleString('en')
  const digits = Math.abs(value) < 1 ? 2 : Math.abs(value) < 1000 ? 1 : 0
  return value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits })
}

export function percent(share: number): string {
  return `${Math.round(share * 100)} %`
}

/** Bytes as MB. */
export function megabytes(bytes: number): number {
  return Math.round(bytes / 1e5) / 10
}
