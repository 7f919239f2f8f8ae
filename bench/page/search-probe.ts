/** Times a start (navigation → first row painted) and a search (key → the last frame that changed its result). */

import { createFrameEnd } from './frame-end.ts'

export interface StartTimes {
  /** ms from the beginning of the navigation; null: not yet. */
  readonly firstRow: number | null
  /** … to the first stock number. */
  readonly firstNumber: number | null
}

export interface KeyTimes {
  /** ms from the key to the last frame in which rows or their count changed; null: nothing changed. */
  readonly rows: number | null
  /** … in which anything in the list changed, so with every number in its row. */
  readonly numbers: number | null
}

export interface SearchProbe {
  start(): StartTimes
  /** Resolves when the list has been quiet since the last input. */
  afterKey(): Promise<KeyTimes>
}

declare global {
  interface Window {
    benchSearch: SearchProbe
  }
}

const GRID = '[role="grid"]'
const QUIET_MS = 120
const NOTHING_MS = 400

interface Key {
  readonly at: number
  rows: number | null
  numbers: number | null
  changedAt: number | null
}

function createSearchProbe(): SearchProbe {
  const atFrameEnd = createFrameEnd()
  let firstRow: number | null = null
  let firstNumber: number | null = null
  let key: Key | null = null

  addEventListener(
    'input',
    ({ timeStamp }) => {
      key = { at: timeStamp, rows: null, numbers: null, changedAt: null }
    },
    { capture: true },
  )
  new MutationObserver((records) => {
    if (firstRow === null && document.querySelector(`${GRID} [data-index]`)) {
      firstRow = 0
      atFrameEnd(() => {
        firstRow = performance.now()
      })
    }
    if (firstNumber === null && document.querySelector('[data-testid^="stock-"]')) {
      firstNumber = 0
      atFrameEnd(() => {
        firstNumber = performance.now()
      })
    }
    const current = key
    if (!current) return
    const changed = records.map(({ target }) => target).filter(isResult)
    if (changed.length === 0) return
    current.changedAt = performance.now()
    const areRows = changed.some((target) => !elementOf(target)?.closest('td'))
    atFrameEnd(() => {
      const ms = performance.now() - current.at
      current.numbers = ms
      if (areRows) current.rows = ms
    })
  }).observe(document, { subtree: true, childList: true, characterData: true, attributes: true })

  return {
    start: () => ({ firstRow: firstRow || null, firstNumber: firstNumber || null }),
    afterKey: () =>
      new Promise((resolve) => {
        const look = () => {
          const since = key === null ? 0 : performance.now() - (key.changedAt ?? key.at)
          if (key && since > (key.changedAt === null ? NOTHING_MS : QUIET_MS)) {
            resolve({ rows: key.rows, numbers: key.numbers })
          } else setTimeout(look, 20)
        }
        look()
      }),
  }
}

/** Part of what a search answers: the list or the count above it. */
function isResult(target: Node): boolean {
  const element = elementOf(target)
  return element?.closest(`${GRID}, [role="status"]`) != null
}

function elementOf(node: Node): Element | null {
  return node instanceof Element ? node : node.parentElement
}

window.benchSearch = createSearchProbe()
