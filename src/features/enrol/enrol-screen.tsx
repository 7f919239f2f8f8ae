import { useMutation } from '@tanstack/react-query'
import Info from 'lucide-react/icons/info'
import ScanQrCode from 'lucide-react/icons/scan-qr-code'
import Store from 'lucide-react/icons/store'
import { type FormEvent, useEffect, useRef, useState } from 'preact/compat'
import { useTranslation } from 'react-i18next'
import { useLocation } from 'wouter'
import { useMeta } from '../../db/use-meta.ts'
import { Button } from '../../ui/button.tsx'
import { TextField } from '../../ui/text-field.tsx'
import { hasCamera } from '../shared/camera/barcode-detector.ts'
import { type EnrolOutcome, useServices } from '../shared/services.ts'
import { useObservable } from '../shared/use-observable.ts'
import { CodeField } from './code-field.tsx'
import { deviceKind } from './device-kind.ts'
import styles from './enrol-screen.module.css'
import { codeFromFragment, foreignCharacters, isPairingCode } from './pairing-code.ts'
import { ReplaceDialog } from './replace-dialog.tsx'
import { RevokedNotice } from './revoked-notice.tsx'
import { ScanDialog } from './scan-dialog.tsx'

type Refusal = Extract<EnrolOutcome, { ok: false }>['kind']

const REFUSALS: Partial<Record<Refusal, `enrol.error${string}` & RefusalKey>> = {
  pairing_code_unknown: 'enrol.errorUnknown',
  pairing_code_used: 'enrol.errorUsed',
  pairing_code_expired: 'enrol.errorExpired',
  offline: 'enrol.errorOffline',
  too_many_requests: 'enrol.errorTooMany',
  storage: 'enrol.errorStorage',
  invalid_request: 'enrol.errorRequest',
}
type RefusalKey =
  | 'enrol.errorUnknown'
  | 'enrol.errorUsed'
  | 'enrol.errorExpired'
  | 'enrol.errorOffline'
  | 'enrol.errorTooMany'
  | 'enrol.errorStorage'
  | 'enrol.errorRequest'
  | 'enrol.errorServer'

/** Gives this device its credentials: by link, typed code, or QR. */
export function EnrolScreen() {
  const { t } = useTranslation()
  const { db, enrol, status } = useServices()
  const [, navigate] = useLocation()
  const device = useMeta(db, 'device')
  const removed = useMeta(db, 'removed')
  // A device that its server does not know has nothing to lose by another enrolment.
  const isRefused = useObservable(
    status,
    ({ problem }) => problem === 'device-unknown' || problem === 'credentials-refused',
  )
  const [code, setCode] = useState('')
  const [name, setName] = useState(() => t(`enrol.${deviceKind(navigator.userAgent, navigator.maxTouchPoints)}`))
  const [wrong, setWrong] = useState<{ code?: string; name?: string }>({})
  const [isScanning, setScanning] = useState(false)
  const [canScan, setCanScan] = useState(false)
  const [askReplace, setAskReplace] = useState<string | null>(null)
  const linkRead = useRef(false)

  const enrolling = useMutation({
    mutationFn: (pairingCode: string) => enrol(pairingCode, name.trim()),
    onSuccess: (outcome) => {
      if (outcome.ok) navigate('/', { replace: true })
    },
  })
  const outcome = enrolling.data
  const refusal: RefusalKey | null =
    enrolling.isError || (outcome && !outcome.ok)
      ? (outcome && !outcome.ok && REFUSALS[outcome.kind]) || 'enrol.errorServer'
      : null

  const submit = (pairingCode: string) => {
    if (device && !isRefused) setAskReplace(pairingCode)
    else enrolling.mutate(pairingCode)
  }

  // A link carries its code in the fragment, which no server log sees; it leaves the address and the history at once.
  // biome-ignore lint/correctness/useExhaustiveDependencies: a link is used once, when the device is known
  useEffect(() => {
    if (device === undefined || linkRead.current) return
    linkRead.current = true
    const linked = codeFromFragment(location.hash)
    if (linked === null) return
    history.replaceState(history.state, '', location.pathname)
    setCode(linked)
    if (isPairingCode(linked)) submit(linked)
    else setWrong({ code: codeProblem(linked) })
  }, [device])

  // Whether there is a camera is only known after asking.
  useEffect(() => {
    let isGone = false
    void hasCamera().then((can) => {
      if (!isGone) setCanScan(can)
    })
    return () => {
      isGone = true
    }
  }, [])

  function codeProblem(typed: string): string {
    const foreign = foreignCharacters(typed)
    if (foreign.length > 0) return t('enrol.codeInvalid', { characters: foreign.join(' ') })
    return t('enrol.codeShort', { count: typed.length })
  }

  const onSubmit = (event: FormEvent) => {
    event.preventDefault()
    const found: typeof wrong = {}
    if (!isPairingCode(code)) found.code = codeProblem(code)
    if (name.trim() === '') found.name = t('enrol.nameMissing')
    setWrong(found)
    if (!found.code && !found.name) submit(code)
  }

  return (
    <div className={styles.screen}>
      {device === null && removed?.by === 'owner' ? (
        <div className={styles.notice}>
          <RevokedNotice />
        </div>
      ) : null}
      <Store size={40} aria-hidden className={styles.mark} />
      <h1>{t('enrol.title')}</h1>
      <p className={styles.intro}>{t('enrol.intro')}</p>
      {device ? (
        <p className={styles.already}>
          <Info size={20} aria-hidden />
          {t('enrol.already', { branch: device.branch.name, device: device.device_id })}
        </p>
      ) : null}
      <form className={styles.form} onSubmit={onSubmit} noValidate>
        <CodeField
          code={code}
          error={wrong.code ?? (refusal ? t(refusal) : null)}
          onCode={(typed) => {
            setCode(typed)
            setWrong({})
            enrolling.reset()
          }}
        />
        <TextField
          label={t('enrol.name')}
          hint={t('enrol.nameHint')}
          error={wrong.name ?? null}
          value={name}
          onValue={setName}
          maxLength={100}
          autoComplete="off"
          name="device-name"
        />
        <div className={styles.actions}>
          <Button kind="primary" type="submit" wide disabled={enrolling.isPending}>
            {enrolling.isPending ? t('enrol.working') : t('enrol.submit')}
          </Button>
          {canScan ? (
            <Button wide icon={<ScanQrCode size={20} aria-hidden />} onClick={() => setScanning(true)}>
              {t('enrol.scan')}
            </Button>
          ) : null}
        </div>
      </form>
      {isScanning ? (
        <ScanDialog
          onClose={() => setScanning(false)}
          onCode={(scanned) => {
            setScanning(false)
            setCode(scanned)
            setWrong({})
            submit(scanned)
          }}
        />
      ) : null}
      {device && askReplace !== null ? (
        <ReplaceDialog
          branchName={device.branch.name}
          onClose={() => setAskReplace(null)}
          onReplace={() => {
            setAskReplace(null)
            enrolling.mutate(askReplace)
          }}
        />
      ) : null}
    </div>
  )
}
