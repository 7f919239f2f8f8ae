import type { TFunction } from 'i18next'
import { Crown, ShieldCheck, UserRound } from 'lucide-react'
import { type FormEvent, useEffect, useId, useLayoutEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Staff, StaffRole } from '../contract/records.ts'
import { keepPinWait, usePinAttempts } from '../db/sales/pin-attempts.ts'
import { keepWait, pinWaitLeft } from '../domain/pin-attempts.ts'
import { Button } from '../ui/button.tsx'
import { DigitPad } from '../ui/digit-pad.tsx'
import { useNow } from '../ui/use-now.ts'
import { checkPin, type PinVerdict, readPinClock } from './check-pin.ts'
import styles from './pin-entry.module.css'
import { useServices } from './services.ts'

const ROLE_ICONS: Record<StaffRole, typeof UserRound> = { cashier: UserRound, supervisor: ShieldCheck, owner: Crown }
const PIN_MIN = 4
const PIN_MAX = 8
/** More than a PIN has: a barcode that a scanner typed here must not pass for a wrong PIN. */
const TYPED_MAX = 32

interface PinEntryProps {
  /** Who may answer; not empty. */
  people: readonly Staff[]
  /** Whose PIN is asked first; null: a name is chosen first. */
  preferredId: number | null
  submitLabel: string
  /** Said when the device refuses to store. */
  storageWords: string
  /** Resolves to false when what the PIN was for could not be stored. */
  onRight(staff: Staff): Promise<boolean>
}

/** A name, then that person's PIN. Knows nothing of what it opens. */
export function PinEntry({ people, preferredId, submitLabel, storageWords, onRight }: PinEntryProps) {
  const only = people.length === 1 ? people[0]?.id : undefined
  const [chosenId, setChosenId] = useState<number | null>(only ?? preferredId)
  const chosen = people.find(({ id }) => id === chosenId)
  if (!chosen) return <PeopleChoice people={people} onChoose={setChosenId} />
  return (
    <PinForm
      key={chosen.id}
      staff={chosen}
      submitLabel={submitLabel}
      storageWords={storageWords}
      onRight={onRight}
      onOther={people.length > 1 ? () => setChosenId(null) : null}
    />
  )
}

function PeopleChoice({ people, onChoose }: { people: readonly Staff[]; onChoose(id: number): void }) {
  const { t } = useTranslation()
  return (
    <ul className={styles.people} aria-label={t('signIn.people')}>
      {people.map(({ id, name, role }) => {
        const Icon = ROLE_ICONS[role]
        return (
          <li key={id}>
            <button type="button" className={styles.person} onClick={() => onChoose(id)}>
              <Icon size={24} aria-hidden />
              <span className={styles.name}>{name}</span>
              <span className={styles.role}>{t(`signIn.${role}`)}</span>
            </button>
          </li>
        )
      })}
    </ul>
  )
}

interface PinFormProps extends Pick<PinEntryProps, 'submitLabel' | 'storageWords' | 'onRight'> {
  staff: Staff
  onOther: (() => void) | null
}

function PinForm({ staff, submitLabel, storageWords, onRight, onOther }: PinFormProps) {
  const { t } = useTranslation()
  const { salesDb } = useServices()
  const [pin, setPin] = useState('')
  const [verdict, setVerdict] = useState<PinVerdict | 'checking' | 'length' | null>(null)
  const field = useRef<HTMLInputElement>(null)
  const id = useId()
  const left = useWait(staff.id)
  const isChecking = verdict === 'checking'
  // While a PIN is checked its try is counted as wrong already.
  const isWaiting = left > 0 && !isChecking

  // Typing goes on where the finger has just chosen a name.
  useLayoutEffect(() => field.current?.focus(), [])

  const type = (text: string) => {
    setPin(text.replaceAll(/\D/g, '').slice(0, TYPED_MAX))
    setVerdict(null)
  }

  const submit = async (event: FormEvent) => {
    event.preventDefault()
    if (isChecking || isWaiting) return
    if (pin.length < PIN_MIN || pin.length > PIN_MAX) {
      setPin('')
      setVerdict('length')
      return
    }
    setVerdict('checking')
    const checked = await checkPin(salesDb, staff, pin, readPinClock())
    setPin('')
    if (checked === 'right') setVerdict((await onRight(staff)) ? null : 'storage')
    else setVerdict(checked)
  }

  return (
    <form className={styles.form} onSubmit={submit}>
      <div className={styles.who}>
        <label htmlFor={id}>{t('signIn.enterPin', { name: staff.name })}</label>
        {onOther ? (
          <Button kind="quiet" onClick={onOther}>
            {t('signIn.other')}
          </Button>
        ) : null}
      </div>
      <input
        id={id}
        ref={field}
        className={styles.pin}
        type="password"
        inputMode="none"
        autoComplete="one-time-code"
        value={pin}
        onChange={(event) => type(event.target.value)}
        aria-describedby={`${id}-note`}
        disabled={isWaiting}
      />
      <p id={`${id}-note`} className={styles.note} role="alert">
        <Note verdict={verdict} left={isWaiting ? left : 0} storageWords={storageWords} />
      </p>
      <DigitPad
        label={t('signIn.keypad')}
        eraseLabel={t('signIn.erase')}
        disabled={isWaiting || isChecking}
        onDigit={(digit) => type((pin + digit).slice(0, PIN_MAX))}
        onErase={() => type(pin.slice(0, -1))}
      >
        <Button kind="primary" type="submit" className={styles.submit ?? ''} disabled={isChecking || isWaiting}>
          {isChecking ? t('signIn.checking') : submitLabel}
        </Button>
      </DigitPad>
    </form>
  )
}

interface NoteProps {
  verdict: PinVerdict | 'checking' | 'length' | null
  /** ms to wait. */
  left: number
  storageWords: string
}

function Note({ verdict, left, storageWords }: NoteProps) {
  const { t } = useTranslation()
  if (left > 0) return t('signIn.wait', { left: waitWords(t, left) })
  if (verdict === 'length') return t('signIn.length')
  if (verdict === 'storage') return storageWords
  if (typeof verdict === 'object' && verdict !== null) return t('signIn.wrong', { count: verdict.triesLeft })
  return null
}

function waitWords(t: TFunction, ms: number): string {
  const seconds = Math.ceil(ms / 1000)
  if (seconds < 100) return t('signIn.waitSeconds', { seconds })
  return t('signIn.waitMinutes', { minutes: Math.ceil(seconds / 60) })
}

/** ms until this person's PIN is taken again, counted down. */
function useWait(staffId: number): number {
  const { salesDb } = useServices()
  const attempts = usePinAttempts(salesDb, staffId)
  const now = useNow(1_000)
  const hasLooked = useRef(false)
  // Told by the clock, which somebody may have set since the last look.
  useEffect(() => {
    const clock = { ...readPinClock(), wall: now }
    const isNew = !hasLooked.current
    if (attempts.wrong > 0) hasLooked.current = true
    // A disk that refuses is asked again with the next second.
    if (keepWait(attempts, clock, isNew)) keepPinWait(salesDb, staffId, readPinClock(), isNew).catch(() => undefined)
  }, [salesDb, staffId, attempts, now])
  return pinWaitLeft(attempts, readPinClock())
}
