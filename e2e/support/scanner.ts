import type { Page } from '@playwright/test'

const KEY_GAP_S = 0.004
/** FNC1 of a GS1 code: scanners hold Control and press the bracket. */
const GROUP_SEPARATOR = '\u001d'
const CONTROL_DOWN = 2

interface Key {
  readonly key: string
  readonly text?: string
  readonly windowsVirtualKeyCode: number
  readonly modifiers?: number
}

const CONTROL = { key: 'Control', windowsVirtualKeyCode: 17, modifiers: CONTROL_DOWN }

/**
 * Types a code as a keyboard-wedge scanner does, 4 ms a key and Enter, into whatever has the focus. The keys carry their own
 * times, so that a busy machine does not turn the scanner into a person.
 */
export async function scan(page: Page, code: string): Promise<void> {
  const session = await page.context().newCDPSession(page)
  const begin = Date.now() / 1000
  const keys = [...code].flatMap((key): readonly Key[] =>
    key === GROUP_SEPARATOR
      ? [CONTROL, { key: ']', windowsVirtualKeyCode: 221, modifiers: CONTROL_DOWN }]
      : [{ key, text: key, windowsVirtualKeyCode: key.toUpperCase().charCodeAt(0) }],
  )
  const sends = [...keys, { key: 'Enter', text: '\r', windowsVirtualKeyCode: 13 }].flatMap((key, index) => {
    const timestamp = begin + index * KEY_GAP_S
    return [
      session.send('Input.dispatchKeyEvent', { type: 'keyDown', timestamp, ...key }),
      session.send('Input.dispatchKeyEvent', { type: 'keyUp', timestamp: timestamp + 0.001, key: key.key }),
    ]
  })
  await Promise.all(sends)
  await session.detach()
}
