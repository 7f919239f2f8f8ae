/** Which printer and paper this device prints on. Kept on the device: another counter has another printer. */
import * as v from 'valibot'
import { keepJson, readKeptJson } from '../../../ui/kept.ts'

export const PRINTER_WAYS = ['usb', 'serial', 'bluetooth'] as const
export type PrinterWay = (typeof PRINTER_WAYS)[number]

/** Bits a second of a serial printer: its own self-test sheet names them. */
export const BAUD_RATES = [9600, 19200, 38400, 115200] as const
export type BaudRate = (typeof BAUD_RATES)[number]

/** What a driver reports about the chosen printer, and needs to reconnect to it. */
const printerSchema = v.looseObject({
  language: v.fallback(v.nullable(v.string()), null),
  codepageMapping: v.fallback(v.nullable(v.string()), null),
})
export type KnownPrinter = v.InferOutput<typeof printerSchema>

const choiceSchema = v.object({
  /** Width of the roll in mm. */
  paper: v.fallback(v.picklist([58, 80]), 58),
  way: v.fallback(v.nullable(v.picklist(PRINTER_WAYS)), null),
  printer: v.fallback(v.nullable(printerSchema), null),
  baudRate: v.fallback(v.picklist(BAUD_RATES), 9600),
  opensDrawer: v.fallback(v.boolean(), true),
})
export type PrinterChoice = v.InferOutput<typeof choiceSchema>

const STORAGE_KEY = 'mstore-printer'
const NOTHING_CHOSEN: PrinterChoice = { paper: 58, way: null, printer: null, baudRate: 9600, opensDrawer: true }

export function readPrinterChoice(): PrinterChoice {
  const stored = v.safeParse(choiceSchema, readKeptJson(STORAGE_KEY))
  return stored.success ? stored.output : NOTHING_CHOSEN
}

export function storePrinterChoice(choice: PrinterChoice): void {
  keepJson(STORAGE_KEY, choice)
}

/** Never throws, whatever a driver reports. */
export function parsePrinter(detail: unknown): KnownPrinter {
  const parsed = v.safeParse(printerSchema, detail)
  return parsed.success ? parsed.output : { language: null, codepageMapping: null }
}

/** The connection types that this browser supports. */
export function waysOf(browser: object): readonly PrinterWay[] {
  return PRINTER_WAYS.filter((way) => way in browser)
}
