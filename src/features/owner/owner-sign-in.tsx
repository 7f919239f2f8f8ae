import { useMutation, useQuery } from '@tanstack/react-query'
import { KeyRound, WifiOff } from 'lucide-react'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import * as v from 'valibot'
import { PATHS, staffAnswerSchema } from '../../contract/rest.ts'
import { Button } from '../../ui/button.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { Segmented } from '../../ui/segmented.tsx'
import { Skeleton } from '../../ui/skeleton.tsx'
import { TextField } from '../../ui/text-field.tsx'
import { type OwnerSignInOutcome, useOwnerSession } from '../owner-session.ts'
import { useServices } from '../services.ts'
import styles from './owner-sign-in.module.css'

const MS_PER_MINUTE = 60_000

/** The owner's PIN, which the server checks. `staffId`: whose session has ended. */
export function OwnerSignIn({ staffId }: { staffId?: number }) {
  const { t } = useTranslation()
  const { http } = useServices()
  const owners = useQuery({
    queryKey: ['owners'],
    queryFn: async () => {
      const answer = await http({ path: PATHS.staff })
      return v.parse(staffAnswerSchema, answer.body).data.filter(({ active, role }) => active && role === 'owner')
    },
    staleTime: 0,
  })
  if (owners.isError) {
    return (
      <EmptyState
        icon={<WifiOff size={40} aria-hidden />}
        title={t('owner.offlineTitle')}
        isWholePage
        actions={
          <Button kind="primary" disabled={owners.isFetching} onClick={() => void owners.refetch()}>
            {t('owner.tryAgain')}
          </Button>
        }
      >
        <p>{t('owner.offlineText')}</p>
      </EmptyState>
    )
  }
  return (
    <div className={styles.screen}>
      <h1>{t('owner.title')}</h1>
      <p className={styles.muted}>{t(staffId === undefined ? 'owner.signInText' : 'owner.signInAgainText')}</p>
      {owners.data === undefined ? (
        <Skeleton width="100%" />
      ) : owners.data.length === 0 ? (
        <p role="alert">{t('owner.noOwner')}</p>
      ) : (
        <PinForm owners={owners.data} first={staffId ?? owners.data[0]?.id ?? 0} />
      )}
    </div>
  )
}

function PinForm({ owners, first }: { owners: readonly { id: number; name: string }[]; first: number }) {
  const { t } = useTranslation()
  const { signIn } = useOwnerSession()
  const [staffId, setStaffId] = useState(first)
  const [pin, setPin] = useState('')
  const entering = useMutation({
    mutationFn: () => signIn(staffId, pin),
    onSuccess: (outcome) => {
      if (!outcome.ok) setPin('')
    },
  })
  const error = useErrorWords(entering.data)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (pin.length >= 4) entering.mutate()
  }
  return (
    <form className={styles.form} onSubmit={submit}>
      {owners.length > 1 ? (
        <Segmented
          label={t('owner.who')}
          value={String(staffId)}
          onChange={(chosen) => setStaffId(Number(chosen))}
          options={owners.map(({ id, name }) => ({ value: String(id), label: name }))}
        />
      ) : (
        <p className={styles.name}>{owners[0]?.name}</p>
      )}
      <TextField
        label={t('owner.pin')}
        hint={t('owner.pinHint')}
        icon={<KeyRound size={20} aria-hidden />}
        type="password"
        inputMode="numeric"
        autoComplete="off"
        maxLength={8}
        autoFocus
        value={pin}
        onValue={(text) => setPin(text.replace(/\D/g, ''))}
        error={error}
      />
      <Button type="submit" kind="primary" wide disabled={pin.length < 4 || entering.isPending}>
        {entering.isPending ? t('owner.checking') : t('owner.signIn')}
      </Button>
    </form>
  )
}

function useErrorWords(outcome: OwnerSignInOutcome | undefined): string | null {
  const { t } = useTranslation()
  if (outcome === undefined || outcome.ok) return null
  switch (outcome.kind) {
    case 'pin_wrong':
      return t('owner.pinWrong')
    case 'too_many_requests':
      return t('owner.tooMany', { minutes: Math.max(1, Math.ceil((outcome.retryAfterMs ?? 0) / MS_PER_MINUTE)) })
    case 'not-owner':
      return t('owner.notOwner')
    case 'offline':
      return t('owner.errorOffline')
    default:
      return t('owner.errorServer')
  }
}
