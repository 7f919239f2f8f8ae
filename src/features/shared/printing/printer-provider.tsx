import { createContext, type ReactNode, useContext, useMemo, useState } from 'preact/compat'
import { type PrinterChoice, readPrinterChoice, storePrinterChoice } from './printer-choice.ts'
import { createPrinterLink, type LoadDriver, type PrinterLink } from './printer-link.ts'

export interface Printer {
  readonly choice: PrinterChoice
  setChoice(choice: PrinterChoice): void
  readonly link: PrinterLink
  /** Runs this while marking the device as at work (rule U1), even after the screen that started it is left. */
  atWork<T>(work: () => Promise<T>): Promise<T>
}

const PrinterContext = createContext<Printer | null>(null)

/** The device's one printer: its choice and its connection outlive the screens that print. */
export function PrinterProvider({ children }: { children: ReactNode }) {
  const [choice, setKept] = useState(readPrinterChoice)
  const [jobs, setJobs] = useState(0)
  // Drivers fire their events from a zero-delay timer.
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
      async atWork(work) {
        setJobs((count) => count + 1)
        try {
          return await work()
        } finally {
          setJobs((count) => count - 1)
        }
      },
    }),
    [choice, link],
  )
  return (
    <PrinterContext value={printer}>
      {children}
      {jobs > 0 ? <span hidden data-at-work /> : null}
    </PrinterContext>
  )
}

export function usePrinter(): Printer {
  const printer = useContext(PrinterContext)
  if (!printer) throw new Error('usePrinter needs a PrinterProvider above it')
  return printer
}

/** The drivers, each in a chunk of its own. */
const loadPrinterDriver: LoadDriver = async (way, { baudRate }) => {
  switch (way) {
    case 'usb':
      return new (await import('@point-of-sale/webusb-receipt-printer')).default()
    case 'serial':
      return new (await import('@point-of-sale/webserial-receipt-printer')).default({ baudRate })
    case 'bluetooth':
      return new (await import('@point-of-sale/webbluetooth-receipt-printer')).default()
  }
}
