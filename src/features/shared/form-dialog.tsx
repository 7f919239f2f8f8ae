import { type ReactNode, useId } from 'preact/compat'
import { useTranslation } from 'react-i18next'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import styles from './form-dialog.module.css'

interface FormDialogProps {
  title: string
  submitLabel: string
  isPending?: boolean
  /** Above the fields. */
  intro?: ReactNode
  /** Why the last submit failed; null: it did not. */
  problem?: string | null
  /** Buttons before *cancel*. */
  moreActions?: ReactNode
  /** Class of the form, which lays out the fields. */
  className?: string | undefined
  onSubmit(): void
  onClose(): void
  /** The fields. They check themselves; the browser's own validation is off. */
  children: ReactNode
}

/** A dialog with fields, *cancel*, and one button that submits them. */
export function FormDialog(props: FormDialogProps) {
  const { title, submitLabel, isPending = false, intro, problem, moreActions, className, onSubmit, onClose } = props
  const { t } = useTranslation()
  const formId = useId()
  return (
    <Dialog
      title={title}
      onClose={onClose}
      actions={
        <>
          {moreActions}
          <Button onClick={onClose}>{t('app.cancel')}</Button>
          <Button kind="primary" type="submit" form={formId} disabled={isPending}>
            {submitLabel}
          </Button>
        </>
      }
    >
      {intro}
      <form
        id={formId}
        className={className}
        onSubmit={(event) => {
          event.preventDefault()
          onSubmit()
        }}
        noValidate
      >
        {props.children}
      </form>
      {problem ? (
        <p role="alert" className={styles.problem}>
          {problem}
        </p>
      ) : null}
    </Dialog>
  )
}
