import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'preact/compat'
import { useTranslation } from 'react-i18next'
import { conflictDecisionPath } from '../../../contract/reports.ts'
import type { ConflictDecision } from '../../../contract/review-reports.ts'
import { TextField } from '../../../ui/text-field.tsx'
import { FormDialog } from '../../shared/form-dialog.tsx'
import { notSaved } from '../session/failure-words.ts'
import { useOwnerSession } from '../session/owner-session.ts'

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
  const submit = () => {
    setChecked(true)
    if (!isMissing && !deciding.isPending) deciding.mutate()
  }
  return (
    <FormDialog
      title={t(isServer ? 'reports.keepServerTitle' : 'reports.keepLocalTitle')}
      intro={<p>{t(isServer ? 'reports.keepServerText' : 'reports.keepLocalText')}</p>}
      submitLabel={t(deciding.isPending ? 'reports.deciding' : 'reports.decide')}
      isPending={deciding.isPending}
      problem={deciding.isError ? notSaved(deciding.error, t) : null}
      onSubmit={submit}
      onClose={onClose}
    >
      <TextField
        label={t('reports.reason')}
        value={reason}
        onValue={setReason}
        maxLength={200}
        autoComplete="off"
        error={isChecked && isMissing ? t('reports.reasonMissing') : null}
      />
    </FormDialog>
  )
}
