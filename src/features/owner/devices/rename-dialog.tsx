import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'preact/compat'
import { useTranslation } from 'react-i18next'
import { OWNER_DEVICES_PATH, type OwnerDevice } from '../../../contract/owner-people.ts'
import { TextField } from '../../../ui/text-field.tsx'
import { FormDialog } from '../../shared/form-dialog.tsx'
import { notSaved } from '../session/failure-words.ts'
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
  const submit = () => {
    setChecked(true)
    if (!isMissing && !saving.isPending) saving.mutate()
  }
  return (
    <FormDialog
      title={t('people.renameWho', { name: device.device_name })}
      submitLabel={t(saving.isPending ? 'people.saving' : 'people.save')}
      isPending={saving.isPending}
      problem={saving.isError ? notSaved(saving.error, t) : null}
      onSubmit={submit}
      onClose={onClose}
    >
      <TextField
        label={t('people.deviceName')}
        value={name}
        onValue={setName}
        maxLength={100}
        autoComplete="off"
        error={isChecked && isMissing ? t('people.deviceNameMissing') : null}
      />
    </FormDialog>
  )
}
