import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useId, useState } from 'preact/compat'
import { useTranslation } from 'react-i18next'
import { OWNER_DEVICES_PATH, type OwnerDevice } from '../../../contract/owner-people.ts'
import { Button } from '../../../ui/button.tsx'
import { Dialog } from '../../../ui/dialog.tsx'
import { TextField } from '../../../ui/text-field.tsx'
import { notSaved } from '../session/failure-words.ts'
import list from '../session/owner-list.module.css'
import { useOwnerSession } from '../session/owner-session.ts'

interface RenameDialogProps {
  device: OwnerDevice
  onClose(): void
  onSaved(words: string): void
}

export function RenameDialog({ device, onClose, onSaved }: RenameDialogProps) {
  const { t } = useTranslation()
  const { ownerHttp } = useOwnerSession()
  const queries = useQueryClient()
  const formId = useId()
  const [name, setName] = useState(device.device_name)
  const [isChecked, setChecked] = useState(false)
  const isMissing = name.trim() === ''
  const saving = useMutation({
    mutationFn: () =>
      ownerHttp({
        method: 'PATCH',
        path: `${OWNER_DEVICES_PATH}/${device.device_id}`,
        body: { device_name: name.trim() },
      }),
    onSuccess: () => onSaved(t('people.renamed')),
    onSettled: () => queries.invalidateQueries({ queryKey: ['owner', OWNER_DEVICES_PATH] }),
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    setChecked(true)
    if (!isMissing && !saving.isPending) saving.mutate()
  }
  return (
    <Dialog
      title={t('people.renameWho', { name: device.device_name })}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t('app.cancel')}</Button>
          <Button kind="primary" type="submit" form={formId} disabled={saving.isPending}>
            {t(saving.isPending ? 'people.saving' : 'people.save')}
          </Button>
        </>
      }
    >
      <form id={formId} onSubmit={submit} noValidate>
        <TextField
          label={t('people.deviceName')}
          value={name}
          onValue={setName}
          maxLength={100}
          autoComplete="off"
          error={isChecked && isMissing ? t('people.deviceNameMissing') : null}
        />
      </form>
      {saving.isError ? (
        <p role="alert" className={list.problem}>
          {notSaved(saving.error, t)}
        </p>
      ) : null}
    </Dialog>
  )
}
