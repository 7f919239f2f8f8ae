import { useState } from 'preact/compat'
import { useTranslation } from 'react-i18next'
import { TextField } from '../../../ui/text-field.tsx'
import { FormDialog } from '../../shared/form-dialog.tsx'

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
  const [text, setText] = useState(before)
  const submit = () => {
    onText(text)
    onClose()
  }
  return (
    <FormDialog title={title} submitLabel={t('sell.save')} onSubmit={submit} onClose={onClose}>
      <TextField label={label} hint={hint} maxLength={maxLength} value={text} onValue={setText} autoComplete="off" />
    </FormDialog>
  )
}
