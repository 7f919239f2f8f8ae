/** Times what a cashier does to the cart: from the event to the end of the frame that shows the new total. */

import { createFrameEnd } from './frame-end.ts'

export interface CartProbe {
  /** Forgets the step before; the next input event begins the next step. */
  begin(): void
  /** ms from the first input of the step to the painted cart; null: not yet. */
  painted(): number | null
}

declare global {
  interface Window {
    benchCart: CartProbe
  }
}

function createCartProbe(): CartProbe {
  const atFrameEnd = createFrameEnd()
  let at: number | null = null
  let painted: number | null = null

  // A key or a press that changes the cart: of several in one step (a scanned code) the last one counts.
  for (const type of ['click', 'keydown']) {
    addEventListener(
      type,
      ({ timeStamp }) => {
        if (painted === null) at = timeStamp
      },
      { capture: true },
    )
  }
  new MutationObserver((records) => {
    const begun = at
    if (begun === null || painted !== null) return
    if (!records.some(({ target }) => target instanceof Element && target.matches('[data-testid="cart-total"]'))) return
    atFrameEnd(() => {
      painted ??= performance.now() - begun
    })
  }).observe(document, { subtree: true, attributes: true, attributeFilter: ['data-value'] })

  return {
    begin() {
      at = null
      painted = null
    },
    painted: () => painted,
  }
}

window.benchCart = createCartProbe()
