import { useState } from 'preact/compat'
import { useTranslation } from 'react-i18next'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import type { CodeFormat } from '../shared/camera/barcode-detector.ts'
import { CameraView } from '../shared/camera/camera-view.tsx'
import { codeFromQr } from './pairing-code.ts'

interface ScanDialogProps {
  onCode(code: string): void
  onClose(): void
}

const FORMATS: readonly CodeFormat[] = ['qr_code']

/** The camera, until it sees a pairing code. */
export function ScanDialog({ onCode, onClose }: ScanDialogProps) {
  const { t } = useTranslation()
  const [note, setNote] = useState<'scanText' | 'scanOther' | 'scanDenied' | 'scanFailed'>('scanText')
  return (
    <Dialog
      title={t('enrol.scanTitle')}
      onClose={onClose}
      actions={<Button onClick={onClose}>{t('app.cancel')}</Button>}
    >
      <CameraView
        formats={FORMATS}
        onText={(text) => {
          const code = codeFromQr(text)
          if (code) onCode(code)
          else setNote('scanOther')
        }}
        onProblem={(problem) => setNote(problem === 'denied' ? 'scanDenied' : 'scanFailed')}
      />
      <p role="status">{t(`enrol.${note}`)}</p>
    </Dialog>
  )
}
