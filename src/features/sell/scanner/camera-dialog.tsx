import { useRef, useState } from 'preact/compat'
import { useTranslation } from 'react-i18next'
import { Button } from '../../../ui/button.tsx'
import { Dialog } from '../../../ui/dialog.tsx'
import { GOODS_FORMATS } from '../../shared/camera/barcode-detector.ts'
import { type CameraProblem, CameraView } from '../../shared/camera/camera-view.tsx'

interface CameraDialogProps {
  /** Resolves to what came of it, in words. */
  onCode(code: string): string
  onClose(): void
}

/** The same code is taken again only after it has been out of sight this long: the camera sees it many times a second. ms. */
const OUT_OF_SIGHT_MS = 1_500
const PROBLEMS: Record<CameraProblem, 'sell.cameraDenied' | 'sell.cameraFailed' | 'sell.cameraReader'> = {
  denied: 'sell.cameraDenied',
  failed: 'sell.cameraFailed',
  reader: 'sell.cameraReader',
}

/** The camera as a scanner: stays on for one product after the other. */
export function CameraDialog({ onCode, onClose }: CameraDialogProps) {
  const { t } = useTranslation()
  const [note, setNote] = useState<string | null>(null)
  const seen = useRef({ code: '', at: 0 })
  const take = (code: string) => {
    const now = performance.now()
    const isSame = code === seen.current.code && now - seen.current.at < OUT_OF_SIGHT_MS
    seen.current = { code, at: now }
    if (!isSame) setNote(onCode(code))
  }
  return (
    <Dialog
      title={t('sell.cameraTitle')}
      onClose={onClose}
      actions={<Button onClick={onClose}>{t('app.close')}</Button>}
    >
      <CameraView formats={GOODS_FORMATS} onText={take} onProblem={(problem) => setNote(t(PROBLEMS[problem]))} />
      <p role="status">{note ?? t('sell.cameraText')}</p>
    </Dialog>
  )
}
