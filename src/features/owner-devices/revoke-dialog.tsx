import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { OWNER_DEVICES_PATH, type OwnerDevice, revokeAnswerSchema } from '../../contract/owner-people.ts'
import { readAnswer } from '../../sync/read-answer.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import list from '../owner-list.module.css'
import { failureWords } from '../owner-query.ts'
import { useOwnerSession } from '../owner-session.ts'

interface RevokeDialogProps {
  device: OwnerDevice
  onClose(): void
  onDone(words: string): void
}

/** Stays open when the broker could not be told: revoking once more tells it. */
export function RevokeDialog({ device, onClose, onDone }: RevokeDialogProps) {
  const { t } = useTranslation()
  const { ownerHttp } = useOwnerSession()
  const queries = useQueryClient()
  const name = device.device_name
  const revoking = useMutation({
    mutationFn: async () => {
      const path = `${OWNER_DEVICES_PATH}/${device.device_id}/revoke`
      return readAnswer(revokeAnswerSchema, await ownerHttp({ method: 'POST', path, body: {} })).data
    },
    onSuccess: ({ disconnected }) => {
      if (disconnected) onDone(t('people.revoked', { name }))
    },
    onSettled: () => queries.invalidateQueries({ queryKey: ['owner', OWNER_DEVICES_PATH] }),
  })
  const isHalfDone = revoking.data?.disconnected === false
  return (
    <Dialog
      title={t('people.revokeTitle', { name })}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t(isHalfDone ? 'app.close' : 'app.cancel')}</Button>
          <Button kind="danger" disabled={revoking.isPending} onClick={() => revoking.mutate()}>
            {t(isHalfDone ? 'people.revokeAgain' : 'people.revoke')}
          </Button>
        </>
      }
    >
      <p>{t('people.revokeText')}</p>
      {isHalfDone ? <p role="alert">{t('people.revokedLater', { name })}</p> : null}
      {revoking.isError ? (
        <p role="alert" className={list.problem}>
          {t('reports.notSaved', { why: failureWords(revoking.error, t) })}
        </p>
      ) : null}
    </Dialog>
  )
}
