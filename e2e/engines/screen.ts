/** What a person sees and does in any engine. Everything waits until it is so; nothing waits for a fixed time. */
import type { EngineDriver, Point } from './engine-driver.ts'
import { until } from './until.ts'

const DEADLINE_MS = 30_000

/** How a part of the page is found: by selector, or by what it is called for people. */
export type Target =
  | { readonly css: string }
  | { readonly role: 'button' | 'link' | 'heading'; readonly name: string }
  | { readonly label: string }

export interface Screen {
  /** What is written there; null: it is not on the screen. */
  text(target: Target): Promise<string | null>
  attribute(target: Target, name: string): Promise<string | null>
  /** Waits until it is there. */
  see(target: Target): Promise<void>
  /** Waits until exactly this text, or one that matches, stands there. */
  read(target: Target, expected: string | RegExp): Promise<void>
  readAttribute(target: Target, name: string, expected: string): Promise<void>
  /** Waits until it can be pressed, then presses it. */
  click(target: Target): Promise<void>
  /** Presses a field and types into it. `\n` is Enter. */
  fill(target: Target, text: string): Promise<void>
}

export const testId = (id: string): Target => ({ css: `[data-testid="${id}"]` })
export const button = (name: string): Target => ({ role: 'button', name })
export const heading = (name: string): Target => ({ role: 'heading', name })
export const label = (text: string): Target => ({ label: text })

interface Seen {
  readonly text: string
  readonly attributes: Readonly<Record<string, string>>
  /** Where it can be pressed; null: something lies on it, it is scrolled away, or disabled. */
  readonly point: Point | null
}

export function createScreen(driver: EngineDriver): Screen {
  const seen = (target: Target) => driver.evaluate(look, { target, isReached: false })

  /** What was there last tells more than that the time is over. */
  const wait = async (target: Target, what: string, isRight: (found: Seen | null) => boolean): Promise<void> => {
    let last: Seen | null = null
    const because = () => (last === null ? 'it is not on the screen' : `there is: ${JSON.stringify(last)}`)
    await until(`${driver.name}: ${nameOf(target)} ${what}`, { ms: DEADLINE_MS, because }, async () => {
      last = await seen(target)
      return isRight(last)
    })
  }

  const click = async (target: Target): Promise<void> => {
    let before: Point | null = null
    // Twice at the same place: nothing is pressed while it moves.
    const point = await until(`${driver.name}: ${nameOf(target)} can be pressed`, { ms: DEADLINE_MS }, async () => {
      const now = (await driver.evaluate(look, { target, isReached: true }))?.point ?? null
      const isStill = now !== null && now.x === before?.x && now.y === before.y
      before = now
      return isStill ? now : null
    })
    await driver.press(point)
  }

  return {
    text: async (target) => (await seen(target))?.text ?? null,
    attribute: async (target, name) => (await seen(target))?.attributes[name] ?? null,
    see: (target) => wait(target, 'is there', (found) => found !== null),
    read: (target, expected) =>
      wait(target, `says ${expected}`, (found) =>
        typeof expected === 'string' ? found?.text === expected : found !== null && expected.test(found.text),
      ),
    readAttribute: (target, name, expected) =>
      wait(target, `has ${name}=${expected}`, (found) => found?.attributes[name] === expected),
    click,
    async fill(target, text) {
      await click(target)
      await driver.type(text)
    },
  }
}

function nameOf(target: Target): string {
  return 'css' in target ? target.css : 'role' in target ? `${target.role} “${target.name}”` : `field “${target.label}”`
}

/** Runs in the page, and so uses nothing from outside. `isReached`: it is scrolled to where it can be pressed. */
function look({ target, isReached }: { readonly target: Target; readonly isReached: boolean }): Seen | null {
  const spoken = (element: Element) =>
    (element.getAttribute('aria-label') ?? element.textContent ?? '').replaceAll(/\s+/g, ' ').trim()
  const selectors = { button: 'button, [role="button"]', link: 'a[href]', heading: 'h1, h2, h3' }
  const candidates = (): Element[] => {
    if ('css' in target) return [...document.querySelectorAll(target.css)]
    if ('role' in target) {
      return [...document.querySelectorAll(selectors[target.role])].filter((one) => spoken(one).startsWith(target.name))
    }
    const named = [...document.querySelectorAll('label')].filter((one) => spoken(one).startsWith(target.label))
    const labelled = [...document.querySelectorAll('[aria-label]')].filter((one) => spoken(one) === target.label)
    return [...named.map(({ control }) => control), ...labelled].filter((one) => one !== null)
  }
  const found = candidates().find((one) => one.getClientRects().length > 0)
  if (!found) return null
  const isInside = ({ left, top, right, bottom }: DOMRect) =>
    left >= 0 && top >= 0 && right <= innerWidth && bottom <= innerHeight
  if (isReached && !isInside(found.getBoundingClientRect())) found.scrollIntoView({ block: 'center', inline: 'center' })
  const { left, top, width, height } = found.getBoundingClientRect()
  const point = { x: Math.round(left + width / 2), y: Math.round(top + height / 2) }
  const hit = document.elementFromPoint(point.x, point.y)
  const isFree = hit !== null && (found.contains(hit) || hit.contains(found)) && !found.matches(':disabled')
  return {
    text: (found.textContent ?? '').replaceAll(/\s+/g, ' ').trim(),
    attributes: Object.fromEntries([...found.attributes].map(({ name, value }) => [name, value])),
    point: isFree ? point : null,
  }
}
