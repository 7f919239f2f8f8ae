/** The Shape Detection API as far as it is used; TypeScript's DOM library does not have it. */
interface BarcodeDetectorLike {
  detect(source: HTMLVideoElement): Promise<readonly { readonly rawValue: string }[]>
}
interface BarcodeDetectorClass {
  new (options: { formats: readonly string[] }): BarcodeDetectorLike
  getSupportedFormats(): Promise<readonly string[]>
}

declare global {
  interface Window {
    BarcodeDetector?: BarcodeDetectorClass
  }
}

/** True where this browser has a camera interface and reads QR codes by itself. Never rejects. */
export async function canScanQr(): Promise<boolean> {
  try {
    if (!window.BarcodeDetector || !navigator.mediaDevices) return false
    const [formats, devices] = await Promise.all([
      window.BarcodeDetector.getSupportedFormats(),
      navigator.mediaDevices.enumerateDevices(),
    ])
    return formats.includes('qr_code') && devices.some(({ kind }) => kind === 'videoinput')
  } catch {
    return false
  }
}

const LOOK_EVERY_MS = 150

/** Calls back with what each QR code in the picture says. Returns the way to stop. */
export function watchForQr(video: HTMLVideoElement, onText: (text: string) => void): () => void {
  const Detector = window.BarcodeDetector
  if (!Detector) return () => undefined
  const detector = new Detector({ formats: ['qr_code'] })
  let stopped = false
  const look = async () => {
    try {
      for (const { rawValue } of await detector.detect(video)) if (!stopped) onText(rawValue)
    } catch {
      // A frame before the picture is there, or one that can't be read: the next one comes.
    }
    if (!stopped) setTimeout(() => void look(), LOOK_EVERY_MS)
  }
  void look()
  return () => {
    stopped = true
  }
}
