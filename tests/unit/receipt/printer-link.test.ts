import { describe, expect, it } from 'vitest'
import { parsePrinter, waysOf } from '../../../src/features/shared/printing/printer-choice.ts'
import { createPrinterLink, type PrinterDriverLike } from '../../../src/features/shared/printing/printer-link.ts'

const KEPT = { type: 'usb', vendorId: 1208, productId: 514, language: 'esc-pos', codepageMapping: 'epson' }
const OPTIONS = { baudRate: 9600 } as const
const BYTES = Uint8Array.of(1, 2, 3)

/** As the real drivers do it: events come by a timer after the promise, and nothing rejects when nobody answers. */
function fakeDriver({ answers = true, breaks = false } = {}) {
  const listeners = new Map<string, (detail: unknown) => void>()
  const log: string[] = []
  const fire = (name: string, detail: unknown) => setTimeout(() => listeners.get(name)?.(detail), 0)
  const driver: PrinterDriverLike = {
    async connect() {
      log.push('connect')
      if (answers) fire('connected', KEPT)
    },
    async reconnect() {
      log.push('reconnect')
      if (answers) fire('connected', KEPT)
    },
    async print(bytes) {
      log.push(`print ${bytes.length}`)
      if (breaks) throw new Error('unplugged')
    },
    addEventListener: (name, listener) => listeners.set(name, listener),
  }
  return { driver, log, unplug: () => listeners.get('disconnected')?.({}) }
}

const settle = () => new Promise<void>((resolve) => setTimeout(resolve, 0))

describe('the line to the printer', () => {
  it('keeps what the driver tells of the printer that was chosen', async () => {
    const { driver } = fakeDriver()
    const link = createPrinterLink(async () => driver, settle)
    expect(await link.choose('usb', OPTIONS)).toEqual(KEPT)
  })

  it('is nothing when the chooser was closed', async () => {
    const { driver } = fakeDriver({ answers: false })
    expect(await createPrinterLink(async () => driver, settle).choose('bluetooth', OPTIONS)).toBeNull()
  })

  it('finds the printer again by what is kept, and stays open between receipts', async () => {
    const { driver, log, unplug } = fakeDriver()
    const link = createPrinterLink(async () => driver, settle)
    expect(await link.print('usb', parsePrinter(KEPT), OPTIONS, BYTES)).toBe('printed')
    expect(await link.print('usb', parsePrinter(KEPT), OPTIONS, BYTES)).toBe('printed')
    expect(log).toEqual(['reconnect', 'print 3', 'print 3'])
    unplug()
    expect(await link.print('usb', parsePrinter(KEPT), OPTIONS, BYTES)).toBe('printed')
    expect(log).toEqual(['reconnect', 'print 3', 'print 3', 'reconnect', 'print 3'])
  })

  it('says when the printer is not there, and when it breaks off', async () => {
    const gone = fakeDriver({ answers: false })
    expect(
      await createPrinterLink(async () => gone.driver, settle).print('usb', parsePrinter(KEPT), OPTIONS, BYTES),
    ).toBe('absent')
    const broken = fakeDriver({ breaks: true })
    let loads = 0
    const link = createPrinterLink(async () => {
      loads += 1
      return broken.driver
    }, settle)
    expect(await link.print('usb', parsePrinter(KEPT), OPTIONS, BYTES)).toBe('failed')
    expect(await link.print('usb', parsePrinter(KEPT), OPTIONS, BYTES)).toBe('failed')
    expect(loads, 'opened anew after it broke').toBe(2)
  })

  it('offers only the ways that the browser has', () => {
    expect(waysOf({ usb: {}, bluetooth: {} })).toEqual(['usb', 'bluetooth'])
    expect(waysOf({})).toEqual([])
  })

  it('takes whatever a driver says of a printer without harm', () => {
    expect(parsePrinter(undefined)).toEqual({ language: null, codepageMapping: null })
    expect(parsePrinter({ language: 5, codepageMapping: 'epson', vendorId: 1 })).toEqual({
      language: null,
      codepageMapping: 'epson',
      vendorId: 1,
    })
  })
})
