/**
 * Whether a reload of this page would lose input. Screens mark state that only memory holds with `data-at-work`; open dialogs and
 * typed fields are detected without a mark. Typed text counts until its field is removed or empty: a form that was sent may still
 * be refused. `data-at-rest` excludes what is inside it: the lock screen (the screen below it still counts), and a saved form while
 * it shows what is stored.
 */
export interface UnsavedInput {
  /** True while this page holds input that is stored nowhere else. */
  isThere(): boolean
}

/** A half-typed PIN or search counts as abandoned after this long, ms; all other input counts until it is sent or emptied. */
const FLEETING_MS = 60_000
const FLEETING = '[type="search"], [type="password"]'

export function createUnsavedInput(page: Document, now: () => number): UnsavedInput {
  const fields = new Map<HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement, number>()
  page.addEventListener(
    'input',
    ({ target }) => {
      if (
        target instanceof HTMLInputElement ||
        target instanceof HTMLTextAreaElement ||
        target instanceof HTMLSelectElement
      )
        fields.set(target, now())
    },
    { capture: true },
  )

  function hasTyped(): boolean {
    for (const [field, at] of fields) {
      const isOver = !field.isConnected || field.value === '' || (field.matches(FLEETING) && now() - at >= FLEETING_MS)
      // A choice outside a form takes effect at once, so there is nothing to lose.
      const isChoice = field.matches('[type="radio"], [type="checkbox"], select') && field.form === null
      const isStored = field.form?.matches('[data-at-rest]') ?? false
      if (isOver || isChoice || isStored) fields.delete(field)
    }
    return fields.size > 0
  }

  return {
    isThere: () => page.querySelector('[data-at-work], dialog[open]:not([data-at-rest])') !== null || hasTyped(),
  }
}
