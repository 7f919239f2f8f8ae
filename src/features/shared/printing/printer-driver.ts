import type { LoadDriver } from './printer-link.ts'

/** The well-kept drivers, each in a chunk of its own. */
export const loadPrinterDriver: LoadDriver = async (way, { baudRate }) => {
  switch (way) {
    case 'usb':
      return new (await import('@point-of-sale/webusb-receipt-printer')).default()
    case 'serial':
      return new (await import('@point-of-sale/webserial-receipt-printer')).default({ baudRate })
    case 'bluetooth':
      return new (await import('@point-of-sale/webbluetooth-receipt-printer')).default()
  }
}
