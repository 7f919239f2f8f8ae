import type { BrowserContext, Page } from '@playwright/test'

/** A USB printer as the browser shows one, that writes down what it is sent, in `window.printedBytes`. */
export async function plugInPrinter(context: BrowserContext): Promise<void> {
  await context.addInitScript(() => {
    const endpoint = (direction: string, endpointNumber: number) => ({ direction, endpointNumber })
    const device = {
      vendorId: 0x04b8,
      productId: 0x0202,
      serialNumber: 'S1',
      productName: 'TM-T20',
      manufacturerName: 'EPSON',
      configuration: {
        interfaces: [{ interfaceNumber: 0, alternate: { endpoints: [endpoint('out', 1), endpoint('in', 2)] } }],
      },
      open: async () => undefined,
      reset: async () => undefined,
      selectConfiguration: async () => undefined,
      claimInterface: async () => undefined,
      transferOut: async (_endpoint: number, bytes: Uint8Array) => {
        await Reflect.get(window, 'paperIsOut')
        const before: unknown = Reflect.get(window, 'printedBytes')
        Reflect.set(window, 'printedBytes', (before ?? '') + String.fromCharCode(...new Uint8Array(bytes)))
        return { status: 'ok', bytesWritten: bytes.length }
      },
    }
    Object.defineProperty(navigator, 'usb', {
      value: {
        requestDevice: async () => device,
        getDevices: async () => [device],
        addEventListener: () => undefined,
      },
    })
  })
}

/** From now on this tab's printer takes nothing. Resolves to what puts paper in. */
export async function takePaperOut(page: Page): Promise<() => Promise<void>> {
  await page.evaluate(() => {
    const { promise, resolve } = Promise.withResolvers<void>()
    Object.assign(window, { paperIsOut: promise, putPaperIn: resolve })
  })
  return () =>
    page.evaluate(() => {
      const putPaperIn: unknown = Reflect.get(window, 'putPaperIn')
      if (typeof putPaperIn === 'function') putPaperIn()
    })
}
