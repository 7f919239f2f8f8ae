import { useReducer } from 'preact/compat'

/** Draws a field once more where what was typed changed no state: until then it shows what was typed, not its value. */
export function useRedraw(): () => void {
  const [, redraw] = useReducer<number, void>((drawn) => drawn + 1, 0)
  return redraw
}
