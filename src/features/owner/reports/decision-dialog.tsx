import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useId, useState } from 'preact/compat'
import { useTranslation } from 'react-i18next'
import { conflictDecisionPath } from '../../../contract/reports.ts'
import type { ConflictDecision } from '../../../contract/review-reports.ts'
import { Button } from '../../../ui/button.tsx'
import { Dialog } from '../../../ui/dialog.tsx'
import { TextField } from '../../../ui/text-field.tsx'
import { notSaved } from '../session/failure-words.ts'
import { useOwnerSession } from '../session/owner-session.ts'
import styles from './reports.module.css'

interface DecisionDialogProps {
  conflictId: number
  resolution: ConflictDecision['resolution']
  onClose(): void
  onDecided(): void
}

/** What the decision does, and why it is made. */
export function DecisionDialog({ conflictId, resolution, onClose, onDecided }: DecisionDialogProps) {
  const { t } = useTranslation()
  const { ownerHttp } = useOwnerSession()
  const queries = useQueryClient()
  const formId = useId()
  const [reason, setReason] = useState('')
  const [isChecked, setChecked] = useState(false)
  const isMissing = reason.trim() === ''
  const isServer = resolution === 'keep_server'
  const deciding = useMutation({
    mutationFn: () => {
      const body: ConflictDecision = { resolution, reason: reason.trim() }
      return ownerHttp({ method: 'POST', path: conflictDecisionPath(conflictId), body })
    },
    onSuccess: onDecided,
    // Takings and other lists change with it.
    onSettled: () => queries.invalidateQueries({ queryKey: ['owner'] }),
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    setChecked(true)
    if (!isMissing && !deciding.isPending) deciding.mutate()
  }
  return (
    <Dialog
      title={t(isServer ? 'reports.keepServerTitle' : 'reports.keepLocalTitle')}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t('app.cancel')}</Button>
          <Button kind="primary" type="submit" form={formId} disabled={deciding.isPending}>
            {t(deciding.isPending ? 'reports.deciding' : 'reports.decide')}
          </Button>
        </>
      }
    >
      <p>{t(isServer ? 'reports.keepServerText' : 'reports.keepLocalText')}</p>
      <form id={formId} onSubmit={submit} noValidate>
        <TextField
          label={t('reports.reason')}
          value={reason}
          onValue={setReason}
          maxLength={200}
          autoComplete="off"
          error={isChecked && isMissing ? t('reports.reasonMissing') : null}
        />
      </form>
      {deciding.isError ? (
        <p role="alert" className={styles.problem}>
          {notSaved(deciding.error, t)}
        </p>
      ) : null}
    </Dialog>
  )
}
