/**
 * The connection to the receipt printer: found by its stored details, kept open between receipts (opening Bluetooth takes seconds),
 * and opened again when it was lost.
 */
import { type KnownPrinter, type PrinterChoice, type PrinterWay, parsePrinter } from './printer-choice.ts'

/** The drivers' common interface. The `connected` event carries the details to store; no connect call rejects without an answer. */
export interface PrinterDriverLike {
  connect(): Promise<void>
  reconnect(device: object): Promise<void>
  print(bytes: Uint8Array): Promise<void>
  addEventListener(name: 'connected' | 'disconnected', listener: (detail: unknown) => void): void
}

/** `baudRate` is for serial printers alone. */
export type LineOptions = Pick<PrinterChoice, 'baudRate'>

export type LoadDriver = (way: PrinterWay, options: LineOptions) => Promise<PrinterDriverLike>

export interface PrinterLink {
  /** Shows the browser's chooser: only in answer to a tap. Null: nothing was chosen, or it does not answer. */
  choose(way: PrinterWay, options: LineOptions): Promise<KnownPrinter | null>
  /** `absent`: the printer was not found (unplugged, out of reach, or permission withdrawn). */
  print(
    way: PrinterWay,
    printer: KnownPrinter,
    options: LineOptions,
    bytes: Uint8Array,
  ): Promise<'printed' | 'absent' | 'failed'>
}

/** @param settle waits until a driver's pending events have arrived: they follow its promise */
export function createPrinterLink(load: LoadDriver, settle: () => Promise<void>): PrinterLink {
  let open: { readonly way: PrinterWay; readonly driver: PrinterDriverLike; printer: KnownPrinter | null } | null = null

  const start = async (way: PrinterWay, options: LineOptions) => {
    if (open?.way === way) return open
    const fresh: NonNullable<typeof open> = { way, driver: await load(way, options), printer: null }
    fresh.driver.addEventListener('connected', (detail) => {
      fresh.printer = parsePrinter(detail)
    })
    fresh.driver.addEventListener('disconnected', () => {
      fresh.printer = null
    })
    open = fresh
    return fresh
  }

  return {
    async choose(way, options) {
      // Another printer is chosen: create a new driver, because the old one stays bound to its printer.
      open = null
      const line = await start(way, options)
      try {
        await line.driver.connect()
        await settle()
      } catch {
        return null
      }
      return line.printer
    },
    async print(way, printer, options, bytes) {
      try {
        const line = await start(way, options)
        if (line.printer === null) {
          await line.driver.reconnect(printer)
          await settle()
        }
        if (line.printer === null) return 'absent'
        await line.driver.print(bytes)
        return 'printed'
      } catch {
        // Open a failed connection again at the next print.
        open = null
        return 'failed'
      }
    },
  }
}
