import { useMutation, useQueryClient } from '@tanstack/react-query'
import CircleCheck from 'lucide-react/icons/circle-check'
import CircleSlash from 'lucide-react/icons/circle-slash'
import Pencil from 'lucide-react/icons/pencil'
import UserCheck from 'lucide-react/icons/user-check'
import UserPlus from 'lucide-react/icons/user-plus'
import UserX from 'lucide-react/icons/user-x'
import { useState } from 'preact/compat'
import { useTranslation } from 'react-i18next'
import { OWNER_STAFF_PATH, type OwnerStaff, ownerStaffListSchema } from '../../../contract/owner-people.ts'
import { Badge } from '../../../ui/badge.tsx'
import { Button } from '../../../ui/button.tsx'
import { cx } from '../../../ui/cx.ts'
import { Dialog } from '../../../ui/dialog.tsx'
import { EmptyState } from '../../../ui/empty-state.tsx'
import list from '../session/owner-list.module.css'
import { OwnerListPage } from '../session/owner-list-page.tsx'
import { useOwnerQuery } from '../session/owner-query.ts'
import { useOwnerSession } from '../session/owner-session.ts'
import { StaffDialog } from './staff-dialog.tsx'
import styles from './staff-page.module.css'
import { ROLE_WORDS, staffProblem } from './staff-words.ts'

type Asking = { what: 'add' } | { what: 'edit' | 'deactivate'; member: OwnerStaff }

/** Who works here: add, edit, new PIN, deactivate, activate again. */
export function StaffPage() {
  const { t } = useTranslation()
  const staff = useOwnerQuery(OWNER_STAFF_PATH, ownerStaffListSchema)
  const [asking, setAsking] = useState<Asking | null>(null)
  const [said, setSaid] = useState('')
  const close = () => setAsking(null)
  const say = (words: string) => {
    setSaid(words)
    close()
  }
  return (
    <OwnerListPage
      title={t('people.staffTitle')}
      text={t('people.staffText')}
      action={
        <Button kind="primary" icon={<UserPlus size={20} aria-hidden />} onClick={() => setAsking({ what: 'add' })}>
          {t('people.add')}
        </Button>
      }
      said={said}
      query={staff}
      empty={<EmptyState icon={<UserX size={40} aria-hidden />} title={t('people.staffEmpty')} />}
      order={activeFirst}
      row={(member) => <StaffRow key={member.id} member={member} onAsk={setAsking} onSaid={say} />}
    >
      {asking?.what === 'add' ? <StaffDialog member={null} onClose={close} onSaved={say} /> : null}
      {asking?.what === 'edit' ? <StaffDialog member={asking.member} onClose={close} onSaved={say} /> : null}
      {asking?.what === 'deactivate' ? <DeactivateDialog member={asking.member} onClose={close} onDone={say} /> : null}
    </OwnerListPage>
  )
}

function activeFirst(a: OwnerStaff, b: OwnerStaff): number {
  return Number(b.active) - Number(a.active) || a.name.localeCompare(b.name, 'id')
}

interface StaffRowProps {
  member: OwnerStaff
  onAsk(asking: Asking): void
  onSaid(words: string): void
}

function StaffRow({ member, onAsk, onSaid }: StaffRowProps) {
  const { t } = useTranslation()
  const activation = useActivation(member)
  const { name } = member
  return (
    <li className={cx(list.row, styles.columns)} data-testid={`staff-${member.id}`}>
      <span className={list.name}>{name}</span>
      <span className={styles.role}>{t(ROLE_WORDS[member.role].name)}</span>
      {member.active ? (
        <Badge tone="good" icon={<CircleCheck size={20} aria-hidden />}>
          {t('people.active')}
        </Badge>
      ) : (
        <Badge tone="quiet" icon={<CircleSlash size={20} aria-hidden />}>
          {t('people.inactive')}
        </Badge>
      )}
      <div className={list.actions}>
        <Button
          aria-label={t('people.editWho', { name })}
          icon={<Pencil size={20} aria-hidden />}
          onClick={() => onAsk({ what: 'edit', member })}
        >
          {t('people.edit')}
        </Button>
        {member.active ? (
          <Button
            aria-label={t('people.deactivateWho', { name })}
            icon={<UserX size={20} aria-hidden />}
            onClick={() => onAsk({ what: 'deactivate', member })}
          >
            {t('people.deactivate')}
          </Button>
        ) : (
          <Button
            aria-label={t('people.reactivateWho', { name })}
            icon={<UserCheck size={20} aria-hidden />}
            disabled={activation.isPending}
            onClick={() => activation.mutate(true, { onSuccess: () => onSaid(t('people.reactivated', { name })) })}
          >
            {t('people.reactivate')}
          </Button>
        )}
      </div>
      {activation.isError ? (
        <p role="alert" className={list.problem}>
          {staffProblem(activation.error, t)}
        </p>
      ) : null}
    </li>
  )
}

interface DeactivateDialogProps {
  member: OwnerStaff
  onClose(): void
  onDone(words: string): void
}

function DeactivateDialog({ member, onClose, onDone }: DeactivateDialogProps) {
  const { t } = useTranslation()
  const activation = useActivation(member)
  const { name } = member
  return (
    <Dialog
      title={t('people.deactivateTitle', { name })}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t('app.cancel')}</Button>
          <Button
            kind="danger"
            disabled={activation.isPending}
            onClick={() => activation.mutate(false, { onSuccess: () => onDone(t('people.deactivated', { name })) })}
          >
            {t('people.deactivate')}
          </Button>
        </>
      }
    >
      <p>{t('people.deactivateText')}</p>
      {activation.isError ? <p role="alert">{staffProblem(activation.error, t)}</p> : null}
    </Dialog>
  )
}

function useActivation(member: OwnerStaff) {
  const { ownerHttp } = useOwnerSession()
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (active: boolean) =>
      ownerHttp({ method: 'PATCH', path: `${OWNER_STAFF_PATH}/${member.id}`, body: { active } }),
    onSettled: () => queries.invalidateQueries({ queryKey: ['owner', OWNER_STAFF_PATH] }),
  })
}
