import { type ReactNode, useState } from 'preact/compat'
import { useTranslation } from 'react-i18next'
import { Button } from '../../../ui/button.tsx'
import { Chip } from '../../../ui/chip.tsx'
import { Dialog } from '../../../ui/dialog.tsx'
import { TextField } from '../../../ui/text-field.tsx'
import styles from './reason-dialog.module.css'

const REASON_MAX = 200
const COMMON = [
  'operation.reasonWrongItem',
  'operation.reasonWrongAmount',
  'operation.reasonBuyerLeft',
  'operation.reasonDamaged',
  'operation.reasonTwice',
] as const

interface ReasonDialogProps {
  title: string
  confirmLabel: string
  children: ReactNode
  onClose(): void
  /** Trimmed, never empty. */
  onReason(reason: string): void
}

/** Asks why, before something is undone. Common reasons are one tap away; anything else is written. */
export function ReasonDialog({ title, confirmLabel, children, onClose, onReason }: ReasonDialogProps) {
  const { t } = useTranslation()
  const [reason, setReason] = useState('')
  const [isMissing, setMissing] = useState(false)
  const confirm = () => {
    const written = reason.trim()
    setMissing(written === '')
    if (written !== '') onReason(written)
  }
  return (
    <Dialog
      title={title}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t('app.back')}</Button>
          <Button kind="danger" onClick={confirm}>
            {confirmLabel}
          </Button>
        </>
      }
    >
      {children}
      <div className={styles.common}>
        {COMMON.map((key) => (
          <Chip key={key} pressed={reason === t(key)} onPress={() => setReason(t(key))}>
            {t(key)}
          </Chip>
        ))}
      </div>
      <TextField
        label={t('operation.reasonLabel')}
        hint={t('operation.reasonHint')}
        error={isMissing && reason.trim() === '' ? t('operation.reasonNeeded') : null}
        value={reason}
        maxLength={REASON_MAX}
        enterKeyHint="done"
        onValue={setReason}
        onKeyDown={(event) => {
          if (event.key === 'Enter') confirm()
        }}
      />
    </Dialog>
  )
}
