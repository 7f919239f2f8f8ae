import { createContext, type ReactNode, useContext, useMemo, useState } from 'react'
import { type PrinterChoice, readPrinterChoice, storePrinterChoice } from './printer-choice.ts'
import { loadPrinterDriver } from './printer-driver.ts'
import { createPrinterLink, type PrinterLink } from './printer-link.ts'

export interface Printer {
  readonly choice: PrinterChoice
  setChoice(choice: PrinterChoice): void
  readonly link: PrinterLink
}

const PrinterContext = createContext<Printer | null>(null)

/** One printer a device: its choice and its line outlive the screens that print. */
export function PrinterProvider({ children }: { children: ReactNode }) {
  const [choice, setKept] = useState(readPrinterChoice)
  // Drivers fire their events from a timer of no time.
  const [link] = useState(() =>
    createPrinterLink(loadPrinterDriver, () => new Promise((resolve) => setTimeout(resolve, 0))),
  )
  const printer = useMemo<Printer>(
    () => ({
      choice,
      setChoice(chosen) {
        storePrinterChoice(chosen)
        setKept(chosen)
      },
      link,
    }),
    [choice, link],
  )
  return <PrinterContext value={printer}>{children}</PrinterContext>
}

export function usePrinter(): Printer {
  const printer = useContext(PrinterContext)
  if (!printer) throw new Error('usePrinter needs a PrinterProvider above it')
  return printer
}
