import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import styles from './enrol-screen.module.css'
import { codeFromQr } from './pairing-code.ts'
import { watchForQr } from './qr-detector.ts'

interface ScanDialogProps {
  onCode(code: string): void
  onClose(): void
}

/** The camera, until it sees a pairing code. */
export function ScanDialog({ onCode, onClose }: ScanDialogProps) {
  const { t } = useTranslation()
  const video = useRef<HTMLVideoElement>(null)
  const [note, setNote] = useState<'scanText' | 'scanOther' | 'scanDenied' | 'scanFailed'>('scanText')
  const found = useRef(onCode)
  found.current = onCode

  // The camera is on exactly as long as this dialog is open.
  useEffect(() => {
    let stopped = false
    let stopWatching = () => {}
    let stream: MediaStream | null = null
    const begin = async () => {
      try {
        stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' } })
      } catch (error) {
        const denied = error instanceof DOMException && error.name === 'NotAllowedError'
        if (!stopped) setNote(denied ? 'scanDenied' : 'scanFailed')
        return
      }
      const element = video.current
      if (stopped || !element) return stopTracks(stream)
      element.srcObject = stream
      stopWatching = watchForQr(element, (text) => {
        const code = codeFromQr(text)
        if (code) found.current(code)
        else setNote('scanOther')
      })
    }
    void begin()
    return () => {
      stopped = true
      stopWatching()
      if (stream) stopTracks(stream)
    }
  }, [])

  return (
    <Dialog
      title={t('enrol.scanTitle')}
      onClose={onClose}
      actions={<Button onClick={onClose}>{t('app.cancel')}</Button>}
    >
      <video ref={video} className={styles.video} autoPlay muted playsInline />
      <p role="status">{t(`enrol.${note}`)}</p>
    </Dialog>
  )
}

function stopTracks(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop()
}
