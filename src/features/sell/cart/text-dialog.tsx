import { type FormEvent, useId, useState } from 'preact/compat'
import { useTranslation } from 'react-i18next'
import { Button } from '../../../ui/button.tsx'
import { Dialog } from '../../../ui/dialog.tsx'
import { TextField } from '../../../ui/text-field.tsx'

interface TextDialogProps {
  title: string
  label: string
  hint: string
  maxLength: number
  text: string
  onText(text: string): void
  onClose(): void
}

/** A short text: a note or a name. Empty takes it away. */
export function TextDialog({ title, label, hint, maxLength, text: before, onText, onClose }: TextDialogProps) {
  const { t } = useTranslation()
  const form = useId()
  const [text, setText] = useState(before)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    onText(text)
    onClose()
  }
  return (
    <Dialog
      title={title}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t('app.cancel')}</Button>
          <Button kind="primary" type="submit" form={form}>
            {t('sell.save')}
          </Button>
        </>
      }
    >
      <form id={form} onSubmit={submit}>
        <TextField label={label} hint={hint} maxLength={maxLength} value={text} onValue={setText} autoComplete="off" />
      </form>
    </Dialog>
  )
}
