import { useReducer } from 'preact/compat'

/** Forces a render after input that changed no state, so that the field shows its value again instead of the typed text. */
export function useRedraw(): () => void {
  const [, redraw] = useReducer<number, void>((drawn) => drawn + 1, 0)
  return redraw
}
