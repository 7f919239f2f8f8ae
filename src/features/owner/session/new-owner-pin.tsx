import { useMutation } from '@tanstack/react-query'
import KeyRound from 'lucide-react/icons/key-round'
import { type FormEvent, useState } from 'preact/compat'
import { useTranslation } from 'react-i18next'
import { OWNER_PIN, pinProblem } from '../../../domain/pin-rules.ts'
import { Button } from '../../../ui/button.tsx'
import { TextField } from '../../../ui/text-field.tsx'
import { useOwnerSession } from './owner-session.ts'
import styles from './owner-sign-in.module.css'
import { useSignInProblem } from './sign-in-problem.ts'

interface NewOwnerPinProps {
  staffId: number
  name: string
  /** Right, and too weak for an owner. */
  oldPin: string
  onBack(): void
}

/** An owner whose PIN is from before the rules sets a new one; nothing else is open to the old one. */
export function NewOwnerPin({ staffId, name, oldPin, onBack }: NewOwnerPinProps) {
  const { t } = useTranslation()
  const { signIn } = useOwnerSession()
  const [pin, setPin] = useState('')
  const [again, setAgain] = useState('')
  const [isChecked, setChecked] = useState(false)
  const saving = useMutation({ mutationFn: () => signIn(staffId, oldPin, pin) })
  const refused = useSignInProblem(saving)
  const fault = pinProblem(pin, 'owner')
  const differs = pin !== again
  const digitsOf = (text: string) => text.replaceAll(/\D/g, '').slice(0, OWNER_PIN.max)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    setChecked(true)
    if (fault === null && !differs && !saving.isPending) saving.mutate()
  }
  const faultWords =
    fault === 'common' ? t('people.pinCommon') : fault === 'length' ? t('people.pinBad', OWNER_PIN) : null
  return (
    <form className={styles.form} onSubmit={submit} noValidate>
      <h2>{t('owner.newPinTitle')}</h2>
      <p className={styles.muted}>{t('owner.newPinText')}</p>
      <p className={styles.name}>{name}</p>
      <TextField
        label={t('owner.newPin')}
        hint={t('owner.pinHint')}
        icon={<KeyRound size={20} aria-hidden />}
        type="password"
        inputMode="numeric"
        autoComplete="new-password"
        takesFocus
        value={pin}
        onValue={(text) => setPin(digitsOf(text))}
        error={isChecked ? (faultWords ?? refused) : refused}
      />
      <TextField
        label={t('owner.newPinAgain')}
        icon={<KeyRound size={20} aria-hidden />}
        type="password"
        inputMode="numeric"
        autoComplete="new-password"
        value={again}
        onValue={(text) => setAgain(digitsOf(text))}
        error={isChecked && fault === null && differs ? t('owner.newPinDiffers') : null}
      />
      <Button type="submit" kind="primary" wide disabled={saving.isPending}>
        {saving.isPending ? t('owner.checking') : t('owner.newPinSave')}
      </Button>
      <Button wide onClick={onBack}>
        {t('owner.back')}
      </Button>
    </form>
  )
}
