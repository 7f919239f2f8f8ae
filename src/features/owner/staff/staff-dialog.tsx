import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'preact/compat'
import { useTranslation } from 'react-i18next'
import { OWNER_STAFF_PATH, type OwnerStaff, ownerStaffAnswerSchema } from '../../../contract/owner-people.ts'
import type { StaffRole } from '../../../contract/records/staff.ts'
import { pinLength, pinProblem } from '../../../domain/pin-rules.ts'
import { readAnswer } from '../../../sync/read-answer.ts'
import { Segmented } from '../../../ui/segmented.tsx'
import { TextField } from '../../../ui/text-field.tsx'
import { FormDialog } from '../../shared/form-dialog.tsx'
import list from '../session/owner-list.module.css'
import { useOwnerSession } from '../session/owner-session.ts'
import styles from './staff-page.module.css'
import { ROLE_WORDS, staffProblem } from './staff-words.ts'

/** The server compares a new PIN with everybody's, and each comparison is slow on purpose. */
const SAVE_TIMEOUT_MS = 60_000

interface StaffDialogProps {
  /** Null: somebody new. */
  member: OwnerStaff | null
  onClose(): void
  onSaved(words: string): void
}

export function StaffDialog({ member, onClose, onSaved }: StaffDialogProps) {
  const { t } = useTranslation()
  const { ownerHttp } = useOwnerSession()
  const queries = useQueryClient()
  const [name, setName] = useState(member?.name ?? '')
  const [role, setRole] = useState<StaffRole>(member?.role ?? 'cashier')
  const [pin, setPin] = useState('')
  const [isChecked, setChecked] = useState(false)
  const isNameMissing = name.trim() === ''
  const length = pinLength(role)
  // Another kind of person has another kind of PIN: the one of before is too short, or would go to every device.
  const isPinNeeded = member === null || (member.role === 'owner') !== (role === 'owner')
  const isPinMissing = isPinNeeded && pin === ''
  const pinFault = pin === '' ? null : pinProblem(pin, role)

  const saving = useMutation({
    mutationFn: async () => {
      const body = { name: name.trim(), role, ...(pin === '' ? {} : { pin }) }
      const path = member === null ? OWNER_STAFF_PATH : `${OWNER_STAFF_PATH}/${member.id}`
      const method = member === null ? 'POST' : 'PATCH'
      return readAnswer(ownerStaffAnswerSchema, await ownerHttp({ method, path, body, timeoutMs: SAVE_TIMEOUT_MS }))
        .data
    },
    onSuccess: (saved) => onSaved(t(member === null ? 'people.added' : 'people.saved', { name: saved.name })),
    onSettled: () => queries.invalidateQueries({ queryKey: ['owner', OWNER_STAFF_PATH] }),
  })
  const submit = () => {
    setChecked(true)
    if (!isNameMissing && !isPinMissing && pinFault === null && !saving.isPending) saving.mutate()
  }

  function pinWords(): string | null {
    if (pinFault === 'common') return t('people.pinCommon')
    if (pinFault === 'length') return t('people.pinBad', length)
    if (!isPinMissing) return null
    return member === null ? t('people.pinBad', length) : t('people.pinForRole', length)
  }

  return (
    <FormDialog
      title={member === null ? t('people.add') : t('people.editWho', { name: member.name })}
      submitLabel={t(saving.isPending ? 'people.saving' : 'people.save')}
      isPending={saving.isPending}
      problem={saving.isError ? staffProblem(saving.error, t) : null}
      className={styles.form}
      onSubmit={submit}
      onClose={onClose}
    >
      <TextField
        label={t('people.name')}
        value={name}
        onValue={setName}
        maxLength={100}
        autoComplete="off"
        error={isChecked && isNameMissing ? t('people.nameMissing') : null}
      />
      <div>
        <Segmented<StaffRole>
          label={t('people.role')}
          value={role}
          onChange={setRole}
          options={(['cashier', 'supervisor', 'owner'] as const).map((value) => ({
            value,
            label: t(ROLE_WORDS[value].name),
          }))}
        />
        <p className={list.muted}>{t(ROLE_WORDS[role].text)}</p>
      </div>
      <TextField
        label={t(member === null ? 'people.pin' : 'people.pinNew')}
        value={pin}
        onValue={setPin}
        inputMode="numeric"
        maxLength={length.max}
        autoComplete="off"
        hint={t(isPinNeeded ? 'people.pinHint' : 'people.pinKeepHint', length)}
        error={isChecked ? pinWords() : null}
      />
    </FormDialog>
  )
}
