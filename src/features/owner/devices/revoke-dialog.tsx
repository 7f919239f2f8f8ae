import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import {
  type BrokerConnection,
  OWNER_DEVICES_PATH,
  type OwnerDevice,
  revokeAnswerSchema,
} from '../../../contract/owner-people.ts'
import { readAnswer } from '../../../sync/read-answer.ts'
import { Button } from '../../../ui/button.tsx'
import { Dialog } from '../../../ui/dialog.tsx'
import { notSaved } from '../session/failure-words.ts'
import list from '../session/owner-list.module.css'
import { useOwnerSession } from '../session/owner-session.ts'

interface RevokeDialogProps {
  device: OwnerDevice
  onClose(): void
  onDone(words: string): void
}

/** Stays open when the connection to the broker goes on: what was not told is told by revoking once more. */
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
    onSuccess: (answer) => {
      if (connectionOf(answer) === 'ended') onDone(t('people.revoked', { name }))
    },
    onSettled: () => queries.invalidateQueries({ queryKey: ['owner', OWNER_DEVICES_PATH] }),
  })
  const connection = revoking.data ? connectionOf(revoking.data) : null
  const isHalfDone = connection === 'not_told'
  const isDone = connection === 'not_possible'
  return (
    <Dialog
      title={t('people.revokeTitle', { name })}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t(isHalfDone || isDone ? 'app.close' : 'app.cancel')}</Button>
          {isDone ? null : (
            <Button kind="danger" disabled={revoking.isPending} onClick={() => revoking.mutate()}>
              {t(isHalfDone ? 'people.revokeAgain' : 'people.revoke')}
            </Button>
          )}
        </>
      }
    >
      <p>{t('people.revokeText')}</p>
      {isHalfDone ? <p role="alert">{t('people.revokedLater', { name })}</p> : null}
      {isDone ? <p role="alert">{t('people.revokedStaysConnected', { name })}</p> : null}
      {revoking.isError ? (
        <p role="alert" className={list.problem}>
          {notSaved(revoking.error, t)}
        </p>
      ) : null}
    </Dialog>
  )
}

/** A server of an earlier version tells two states. */
function connectionOf(answer: { disconnected: boolean; broker?: BrokerConnection | undefined }): BrokerConnection {
  return answer.broker ?? (answer.disconnected ? 'ended' : 'not_told')
}
