type Cell = string | number | boolean | null | undefined

/** Lines of columns, numbers to the right. Pure. */
export function renderTable(headers: readonly string[], rows: readonly (readonly Cell[])[]): readonly string[] {
  const texts = rows.map((row) => row.map(textOf))
  const widths = headers.map((header, column) =>
    Math.max(header.length, ...texts.map((row) => (row[column] ?? '').length)),
  )
  const isNumber = headers.map((_, column) => rows.length > 0 && rows.every((row) => typeof row[column] === 'number'))
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) => (isNumber[column] ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0)))
      .join('  ')
      .trimEnd()
  return [line(headers), ...texts.map(line)]
}

function textOf(cell: Cell): string {
  if (cell === null || cell === undefined) return '–'
  return typeof cell === 'boolean' ? (cell ? 'yes' : 'no') : String(cell)
}

export function printTable(headers: readonly string[], rows: readonly (readonly Cell[])[]): void {
  for (const line of renderTable(headers, rows)) console.log(line)
}
