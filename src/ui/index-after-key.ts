/**
 * Where a key leads in a grid whose items are numbered row by row, not kept within it. Null: the key moves nothing.
 * @param grid.page rows that are in sight
 */
export function indexAfterKey(
  key: string,
  active: number,
  grid: { readonly count: number; readonly columns: number; readonly page: number },
): number | null {
  const { count, columns, page } = grid
  switch (key) {
    case 'ArrowDown':
      return active + columns
    case 'ArrowUp':
      return active - columns
    case 'ArrowRight':
      return columns > 1 ? active + 1 : null
    case 'ArrowLeft':
      return columns > 1 ? active - 1 : null
    case 'PageDown':
      return active + page * columns
    case 'PageUp':
      return active - page * columns
    case 'Home':
      return 0
    case 'End':
      return count - 1
    default:
      return null
  }
}
