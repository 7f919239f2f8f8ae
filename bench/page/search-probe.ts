/** Times a start (navigation → rows with their numbers) and a search (key → the last frame that changed its result). */

import { createFrameEnd } from './frame-end.ts'

export interface StartTimes {
  /** ms from the beginning of the navigation to the first row painted; null: not yet. */
  readonly firstRow: number | null
  /** … until each row has its number. */
  readonly numbers: number | null
}

export interface KeyTimes {
  /** ms from the key to the last frame in which rows or their count changed; null: nothing changed. */
  readonly rows: number | null
  /** … in which anything in the list changed, so with every number in its row. */
  readonly numbers: number | null
}

export interface SearchProbe {
  start(): StartTimes
  /** Paths, without the slash before them, of the scripts that had arrived when the first row was painted. */
  scripts(): readonly string[]
  /** Resolves when the list has been quiet since the last input. `patience`: how many times longer it waits for that. */
  afterKey(patience: number): Promise<KeyTimes>
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
  let numbers: number | null = null
  let pressedAt: number | null = null
  let key: Key | null = null

  // A key waits for its turn when the page is busy; the event of the field is made when the turn has come.
  addEventListener(
    'keydown',
    ({ timeStamp }) => {
      pressedAt = timeStamp
    },
    { capture: true },
  )
  addEventListener(
    'input',
    ({ timeStamp }) => {
      key = { at: pressedAt ?? timeStamp, rows: null, numbers: null, changedAt: null }
      pressedAt = null
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
    if (numbers === null && hasAllNumbers()) {
      numbers = 0
      atFrameEnd(() => {
        numbers = performance.now()
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
    start: () => ({ firstRow: firstRow || null, numbers: numbers || null }),
    scripts: () => scriptsBefore(firstRow ?? Number.NaN),
    afterKey: (patience) =>
      new Promise((resolve) => {
        const look = () => {
          const since = key === null ? 0 : performance.now() - (key.changedAt ?? key.at)
          if (key && since > patience * (key.changedAt === null ? NOTHING_MS : QUIET_MS)) {
            resolve({ rows: key.rows, numbers: key.numbers })
          } else setTimeout(look, 20)
        }
        look()
      }),
  }
}

function hasAllNumbers(): boolean {
  const rows = [...document.querySelectorAll(`${GRID} [data-index]`)]
  return rows.length > 0 && rows.every((row) => row.querySelector('[data-testid^="stock-"]'))
}

function scriptsBefore(moment: number): string[] {
  return performance
    .getEntriesByType('resource')
    .filter((entry) => entry instanceof PerformanceResourceTiming && entry.responseEnd <= moment)
    .map(({ name }) => new URL(name).pathname.slice(1))
    .filter((path) => /\.m?js$/.test(path))
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
