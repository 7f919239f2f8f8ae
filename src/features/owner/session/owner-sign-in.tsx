import { useMutation } from '@tanstack/react-query'
import KeyRound from 'lucide-react/icons/key-round'
import { type FormEvent, useRef, useState } from 'preact/compat'
import { useTranslation } from 'react-i18next'
import { useStaff } from '../../../db/use-staff.ts'
import { COUNTER_PIN, OWNER_PIN } from '../../../domain/pin-rules.ts'
import { Button } from '../../../ui/button.tsx'
import { DigitPad } from '../../../ui/digit-pad.tsx'
import { EmptyState } from '../../../ui/empty-state.tsx'
import { Segmented } from '../../../ui/segmented.tsx'
import { TextField } from '../../../ui/text-field.tsx'
import { useServices } from '../../shared/services.ts'
import { NewOwnerPin } from './new-owner-pin.tsx'
import { useOwnerSession } from './owner-session.ts'
import styles from './owner-sign-in.module.css'
import { useSignInProblem } from './sign-in-problem.ts'

/** A PIN of before the rules is as short as a counter's: the server says what comes next. */
const PIN_MIN = COUNTER_PIN.min
const PIN_MAX = OWNER_PIN.max

/** The owner's PIN, which the server checks. `staffId`: whose session has ended. */
export function OwnerSignIn({ staffId }: { staffId?: number }) {
  const { t } = useTranslation()
  const { db } = useServices()
  const owners = useStaff(db)?.filter(({ active, role }) => active && role === 'owner')
  if (owners === undefined) return null
  const first = owners.find(({ id }) => id === staffId) ?? owners[0]
  if (!first) {
    return (
      <EmptyState icon={<KeyRound size={40} aria-hidden />} title={t('owner.title')} isWholePage>
        <p>{t('owner.noOwner')}</p>
      </EmptyState>
    )
  }
  return (
    <div className={styles.screen}>
      <h1>{t('owner.title')}</h1>
      <p className={styles.muted}>{t(staffId === undefined ? 'owner.signInText' : 'owner.signInAgainText')}</p>
      <PinForm owners={owners} first={first.id} />
    </div>
  )
}

function PinForm({ owners, first }: { owners: readonly { id: number; name: string }[]; first: number }) {
  const { t } = useTranslation()
  const { signIn } = useOwnerSession()
  const field = useRef<HTMLInputElement>(null)
  const [staffId, setStaffId] = useState(first)
  const [pin, setPin] = useState('')
  /** One that is right and too weak: only a new one can follow. */
  const [oldPin, setOldPin] = useState<string | null>(null)
  const entering = useMutation({
    mutationFn: () => signIn(staffId, pin),
    onSuccess: (outcome) => setOldPin(!outcome.ok && outcome.kind === 'pin_change_needed' ? pin : null),
    onSettled: () => setPin(''),
  })
  const error = useSignInProblem(entering)
  const type = (text: string) => setPin(text.replaceAll(/\D/g, '').slice(0, PIN_MAX))
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (pin.length >= PIN_MIN && !entering.isPending) entering.mutate()
  }
  if (oldPin !== null) {
    const name = owners.find(({ id }) => id === staffId)?.name ?? ''
    const back = () => {
      setOldPin(null)
      entering.reset()
    }
    return <NewOwnerPin staffId={staffId} name={name} oldPin={oldPin} onBack={back} />
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
        inputMode="none"
        autoComplete="off"
        takesFocus
        inputRef={field}
        value={pin}
        onValue={type}
        error={error}
      />
      <DigitPad
        label={t('owner.keypad')}
        eraseLabel={t('owner.erase')}
        disabled={entering.isPending}
        onDigit={(digit) => type(pin + digit)}
        onErase={() => type(pin.slice(0, -1))}
      />
      <Button type="submit" kind="primary" wide disabled={pin.length < PIN_MIN || entering.isPending}>
        {entering.isPending ? t('owner.checking') : t('owner.signIn')}
      </Button>
    </form>
  )
}
