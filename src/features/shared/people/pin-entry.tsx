import type { TFunction } from 'i18next'
import Crown from 'lucide-react/icons/crown'
import ShieldCheck from 'lucide-react/icons/shield-check'
import UserRound from 'lucide-react/icons/user-round'
import { type FormEvent, useEffect, useId, useLayoutEffect, useRef, useState } from 'preact/compat'
import { useTranslation } from 'react-i18next'
import type { StaffRole } from '../../../contract/records/staff.ts'
import { useHasPinVerifier } from '../../../db/pin-verifiers.ts'
import type { StaffRow } from '../../../db/rows.ts'
import { keepPinWait, usePinAttempts } from '../../../db/sales/pin-attempts.ts'
import { keepWait, pinWaitLeft } from '../../../domain/pin-attempts.ts'
import { COUNTER_PIN, OWNER_PIN } from '../../../domain/pin-rules.ts'
import { Button } from '../../../ui/button.tsx'
import { DigitPad } from '../../../ui/digit-pad.tsx'
import { useNow } from '../../../ui/use-now.ts'
import { useRedraw } from '../../../ui/use-redraw.ts'
import { useServices } from '../services.ts'
import { useObservable } from '../use-observable.ts'
import { checkPin, type PinVerdict, readPinClock } from './check-pin.ts'
import styles from './pin-entry.module.css'

const ROLE_ICONS: Record<StaffRole, typeof UserRound> = { cashier: UserRound, supervisor: ShieldCheck, owner: Crown }
/** Longer than any PIN, so that a scanned barcode does not count as a wrong PIN. */
const TYPED_MAX = 32

interface PinEntryProps {
  /** Who may answer; not empty. */
  people: readonly StaffRow[]
  /** The person whose PIN is asked for at once; null: choose a name first. */
  preferredId: number | null
  submitLabel: string
  /** Message for when the device cannot store. */
  storageWords: string
  /** Replaces this device's own check (check-pin.ts). */
  check?: (staff: StaffRow, pin: string) => Promise<PinVerdict>
  /** Resolves to false when what the PIN was for could not be stored. */
  onRight(staff: StaffRow, pin: string): Promise<boolean>
}

/** Asks for a name, then for that person's PIN. It does not know what the PIN unlocks. */
export function PinEntry({ people, preferredId, ...form }: PinEntryProps) {
  const only = people.length === 1 ? people[0]?.id : undefined
  const [chosenId, setChosenId] = useState<number | null>(only ?? preferredId)
  const chosen = people.find(({ id }) => id === chosenId)
  if (!chosen) return <PeopleChoice people={people} onChoose={setChosenId} />
  return (
    <PinForm key={chosen.id} staff={chosen} {...form} onOther={people.length > 1 ? () => setChosenId(null) : null} />
  )
}

function PeopleChoice({ people, onChoose }: { people: readonly StaffRow[]; onChoose(id: number): void }) {
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

interface PinFormProps extends Omit<PinEntryProps, 'people' | 'preferredId'> {
  staff: StaffRow
  onOther: (() => void) | null
}

function PinForm({ staff, submitLabel, storageWords, check, onRight, onOther }: PinFormProps) {
  const { t } = useTranslation()
  const services = useServices()
  const isOutOfReach = useIsOutOfReach(staff, check !== undefined)
  // An old owner PIN may be as short as a counter PIN; the server then requires a new one.
  const longest = staff.role === 'owner' ? OWNER_PIN.max : COUNTER_PIN.max
  const [pin, setPin] = useState('')
  const [verdict, setVerdict] = useState<PinVerdict | 'checking' | 'length' | null>(null)
  const field = useRef<HTMLInputElement>(null)
  const id = useId()
  const left = useWait(staff.id)
  const isChecking = verdict === 'checking'
  // Hide the wait during a check: a try counts as wrong until the check succeeds.
  const isWaiting = left > 0 && !isChecking

  // Focus the field, so that typing can go on after a name was tapped.
  useLayoutEffect(() => field.current?.focus(), [])

  const redraw = useRedraw()
  const type = (text: string) => {
    setPin(text.replaceAll(/\D/g, '').slice(0, TYPED_MAX))
    setVerdict(null)
  }

  const submit = async (event: FormEvent) => {
    event.preventDefault()
    if (isChecking || isWaiting) return
    if (pin.length < COUNTER_PIN.min || pin.length > longest) {
      setPin('')
      setVerdict('length')
      return
    }
    setVerdict('checking')
    const checked = await (check ? check(staff, pin) : checkPin(services, staff, pin, readPinClock()))
    setPin('')
    if (checked === 'right') setVerdict((await onRight(staff, pin)) ? null : 'storage')
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
        onChange={(event) => {
          type(event.currentTarget.value)
          redraw()
        }}
        aria-describedby={`${id}-note`}
        disabled={isWaiting}
      />
      <p id={`${id}-note`} className={styles.note} role="alert">
        <Note
          verdict={verdict ?? (isOutOfReach ? 'needs-server' : null)}
          left={isWaiting ? left : 0}
          longest={longest}
          storageWords={storageWords}
        />
      </p>
      <DigitPad
        label={t('signIn.keypad')}
        eraseLabel={t('signIn.erase')}
        disabled={isWaiting || isChecking}
        onDigit={(digit) => type((pin + digit).slice(0, longest))}
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
  /** Digits of this person's PIN at most. */
  longest: number
  storageWords: string
}

function Note({ verdict, left, longest, storageWords }: NoteProps) {
  const { t } = useTranslation()
  if (left > 0) return t('signIn.wait', { left: waitWords(t, left) })
  switch (verdict) {
    case null:
    case 'checking':
    case 'right':
    case 'wait':
      return null
    case 'length':
      return t('signIn.length', { max: longest })
    case 'storage':
      return storageWords
    case 'wrong':
      return t('owner.pinWrong')
    case 'needs-server':
      return t('signIn.needsServer')
    case 'server-failed':
      return t('owner.errorServer')
    case 'change-needed':
      return t('signIn.changeNeeded')
    default:
      return 'waitMs' in verdict
        ? t('signIn.wait', { left: waitWords(t, verdict.waitMs) })
        : t('signIn.wrong', { count: verdict.triesLeft })
  }
}

/** True while only the server can check this person's PIN and it is out of reach. */
function useIsOutOfReach(staff: StaffRow, isServerAsked: boolean): boolean {
  const { db, status } = useServices()
  const hasVerifier = useHasPinVerifier(db, staff)
  const isOffline = useObservable(status, ({ problem }) => problem === 'server-unreachable')
  return isOffline && (isServerAsked || (staff.pin_hash === '' && !hasVerifier))
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
  // Recompute from the clock at each tick: somebody may have set it.
  useEffect(() => {
    const clock = { ...readPinClock(), wall: now }
    const isNew = !hasLooked.current
    if (attempts.wrong > 0) hasLooked.current = true
    // If the write fails, the next tick tries again.
    if (keepWait(attempts, clock, isNew)) keepPinWait(salesDb, staffId, readPinClock(), isNew).catch(() => undefined)
  }, [salesDb, staffId, attempts, now])
  return pinWaitLeft(attempts, readPinClock())
}
