import Check from 'lucide-react/icons/check'
import Copy from 'lucide-react/icons/copy'
import { useState } from 'preact/compat'
import { useTranslation } from 'react-i18next'
import { readFailures } from '../../db/journal/failures.ts'
import { readMinutes } from '../../db/journal/minutes.ts'
import { useMeta } from '../../db/use-meta.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { useStorage } from '../shared/device/use-storage.ts'
import { useServices } from '../shared/services.ts'
import styles from './diagnostics-screen.module.css'
import { diagnosticsText } from './diagnostics-text.ts'

/** Puts everything on the clipboard, or shows it where the browser refuses. */
export function CopyDiagnostics() {
  const { t } = useTranslation()
  const { db, journalDb, build, status, diagnostics } = useServices()
  const device = useMeta(db, 'device')
  const position = useMeta(db, 'position')
  const storage = useStorage(10_000)
  const [isCopied, setCopied] = useState(false)
  const [shown, setShown] = useState<string | null>(null)

  const copy = async () => {
    const text = diagnosticsText(
      {
        build,
        device: device?.device_id ?? '-',
        branch: device ? `${device.env}/${device.merchant.code}/${device.branch.code}` : '-',
        server: location.origin,
        broker: device ? `${device.mqtt.url} v${device.mqtt.protocol_version}` : '-',
        userAgent: navigator.userAgent,
        storage: storage ?? { usage: null, quota: null, persisted: null },
        position: position ? `cursor=${position.cursor} epoch=${position.epoch}` : '-',
        now: Date.now(),
      },
      status.get(),
      diagnostics.get(),
      await readFailures(journalDb).catch(() => null),
      await readMinutes(journalDb, 0, Number.POSITIVE_INFINITY).catch(() => null),
    )
    try {
      await navigator.clipboard.writeText(text)
      setCopied(true)
    } catch {
      setShown(text)
    }
  }

  return (
    <>
      <Button
        icon={isCopied ? <Check size={20} aria-hidden /> : <Copy size={20} aria-hidden />}
        onClick={() => void copy()}
      >
        {isCopied ? t('diagnostics.copied') : t('diagnostics.copy')}
      </Button>
      {shown === null ? null : (
        <Dialog
          title={t('diagnostics.copyText')}
          onClose={() => setShown(null)}
          actions={<Button onClick={() => setShown(null)}>{t('app.close')}</Button>}
        >
          <p>{t('diagnostics.copyFailed')}</p>
          <textarea
            className={styles.text}
            aria-label={t('diagnostics.copyText')}
            readOnly
            rows={12}
            value={shown}
            onFocus={(event) => event.target.select()}
          />
        </Dialog>
      )}
    </>
  )
}
