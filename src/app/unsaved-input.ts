/**
 * Whether a reload of this page would lose something that a person has put in. Screens mark what they hold in memory by
 * `data-at-work`; dialogs and typed fields are seen by themselves. What is typed counts until its field is gone or empty: a form
 * that was sent may come back refused. The lock over a screen is marked `data-at-rest`, what lies below it counts as before; so
 * is a form that stays when it was saved, while it shows what is stored.
 */
export interface UnsavedInput {
  /** True while something is there that only this page has. */
  isThere(): boolean
}

/** A half typed PIN or search is given up on after this long, ms; everything else stays until it is sent or emptied. */
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
      // A choice is made at once, wherever it does not wait for a button.
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
