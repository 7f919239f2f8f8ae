/**
 * Reads codes out of a camera picture: by the browser's own reader where it has one, else by a WebAssembly one that is part of
 * this app and loaded when it is first needed.
 */

import { expandUpcE } from '../../../domain/scanned-code.ts'

/** The Shape Detection API as far as it is used; TypeScript's DOM library does not have it. */
interface BarcodeDetectorLike {
  detect(source: HTMLVideoElement): Promise<readonly { readonly rawValue: string; readonly format?: string }[]>
}
interface BarcodeDetectorClass {
  new (options: { formats: CodeFormat[] }): BarcodeDetectorLike
  getSupportedFormats(): Promise<readonly string[]>
}

declare global {
  interface Window {
    BarcodeDetector?: BarcodeDetectorClass
  }
}

export type CodeFormat = 'qr_code' | 'ean_13' | 'ean_8' | 'upc_a' | 'upc_e' | 'code_128' | 'code_39' | 'itf'

/** Code formats that are printed on goods. */
export const GOODS_FORMATS: readonly CodeFormat[] = [
  'ean_13',
  'ean_8',
  'upc_a',
  'upc_e',
  'code_128',
  'code_39',
  'itf',
  'qr_code',
]

/** True where there is a camera and this page may ask for it. Never rejects. */
export async function hasCamera(): Promise<boolean> {
  try {
    const devices = await navigator.mediaDevices?.enumerateDevices()
    return devices?.some(({ kind }) => kind === 'videoinput') ?? false
  } catch {
    return false
  }
}

const LOOK_EVERY_MS = 150

/**
 * Calls back with what each code in the picture says, `onFailed` when the reader could not be loaded. Returns the way to stop.
 */
export function watchForCodes(
  video: HTMLVideoElement,
  formats: readonly CodeFormat[],
  onText: (text: string) => void,
  onFailed: () => void,
): () => void {
  let stopped = false
  const look = async (detector: BarcodeDetectorLike) => {
    try {
      for (const { rawValue, format } of await detector.detect(video)) {
        // A UPC-E has eight digits like an EAN-8: expand it here, where the format is still known.
        if (!stopped) onText(format === 'upc_e' ? expandUpcE(rawValue) : rawValue)
      }
    } catch {
      // No picture yet, or an unreadable frame: try the next frame.
    }
    if (!stopped) setTimeout(() => void look(detector), LOOK_EVERY_MS)
  }
  createDetector(formats).then(
    (detector) => {
      if (!stopped) void look(detector)
    },
    () => {
      if (!stopped) onFailed()
    },
  )
  return () => {
    stopped = true
  }
}

async function createDetector(formats: readonly CodeFormat[]): Promise<BarcodeDetectorLike> {
  const Native = window.BarcodeDetector
  if (Native && (await supportsAll(Native, formats))) return new Native({ formats: [...formats] })
  const [{ BarcodeDetector, prepareZXingModule }, wasm] = await Promise.all([
    import('barcode-detector/ponyfill'),
    import('zxing-wasm/reader/zxing_reader.wasm?url'),
  ])
  // Without this the package would load the WebAssembly file from a public CDN.
  await prepareZXingModule({ overrides: { locateFile: () => wasm.default }, fireImmediately: true })
  return new BarcodeDetector({ formats: [...formats] })
}

async function supportsAll(Native: BarcodeDetectorClass, formats: readonly CodeFormat[]): Promise<boolean> {
  try {
    const supported = await Native.getSupportedFormats()
    return formats.every((format) => supported.includes(format))
  } catch {
    return false
  }
}
