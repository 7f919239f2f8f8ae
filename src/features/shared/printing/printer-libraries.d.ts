/** The three drivers ship without types; this is what is used of them. `connect` shows the browser's chooser and never rejects. */
declare module '@point-of-sale/webusb-receipt-printer' {
  export default class WebUSBReceiptPrinter {
    connect(): Promise<void>
    reconnect(device: object): Promise<void>
    disconnect(): Promise<void>
    print(bytes: Uint8Array): Promise<void>
    addEventListener(name: string, listener: (detail: unknown) => void): void
  }
}

declare module '@point-of-sale/webserial-receipt-printer' {
  export default class WebSerialReceiptPrinter {
    constructor(options?: { baudRate?: number })
    connect(): Promise<void>
    reconnect(device: object): Promise<void>
    disconnect(): Promise<void>
    print(bytes: Uint8Array): Promise<void>
    addEventListener(name: string, listener: (detail: unknown) => void): void
  }
}

declare module '@point-of-sale/webbluetooth-receipt-printer' {
  export default class WebBluetoothReceiptPrinter {
    connect(): Promise<void>
    reconnect(device: object): Promise<void>
    disconnect(): Promise<void>
    print(bytes: Uint8Array): Promise<void>
    addEventListener(name: string, listener: (detail: unknown) => void): void
  }
}
