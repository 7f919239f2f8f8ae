import { useMutation } from '@tanstack/react-query'
import Info from 'lucide-react/icons/info'
import ScanQrCode from 'lucide-react/icons/scan-qr-code'
import ShieldX from 'lucide-react/icons/shield-x'
import Store from 'lucide-react/icons/store'
import { type FormEvent, useEffect, useRef, useState } from 'preact/compat'
import { useTranslation } from 'react-i18next'
import { useLocation } from 'wouter'
import { useUnsentTotals } from '../../db/sales/unsent.ts'
import { useMeta } from '../../db/use-meta.ts'
import { Banner } from '../../ui/banner.tsx'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { TextField } from '../../ui/text-field.tsx'
import { type CodeFormat, hasCamera } from '../shared/camera/barcode-detector.ts'
import { CameraView } from '../shared/camera/camera-view.tsx'
import { ExportUnsentButton } from '../shared/device/export-unsent.tsx'
import { useExportUnsent } from '../shared/device/use-export-unsent.ts'
import { type EnrolOutcome, useServices } from '../shared/services.ts'
import { useObservable } from '../shared/use-observable.ts'
import { CodeField } from './code-field.tsx'
import { deviceKind } from './device-kind.ts'
import styles from './enrol-screen.module.css'
import { codeFromFragment, codeFromQr, foreignCharacters, isPairingCode } from './pairing-code.ts'
import { ReplaceDialog } from './replace-dialog.tsx'

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
  // A device that its server refuses loses nothing by a new enrolment, so ask no question.
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

/** For a device that the owner revoked: what was deleted, what is still stored, and how to save it (rule Q12). */
function RevokedNotice() {
  const { t } = useTranslation()
  const { salesDb } = useServices()
  const unsent = useUnsentTotals(salesDb)?.unsent ?? 0
  const exporting = useExportUnsent()
  return (
    <Banner
      tone="bad"
      icon={<ShieldX size={24} aria-hidden />}
      title={t('enrol.revokedTitle')}
      actions={unsent > 0 ? <ExportUnsentButton exporting={exporting} /> : null}
    >
      {t('enrol.revokedText')} {unsent > 0 ? t('enrol.revokedUnsent', { count: unsent }) : null}{' '}
      {exporting.data ? <span role="status">{t('enrol.revokedSaved', { file: exporting.data.fileName })}</span> : null}
      {exporting.data && exporting.data.unknown > 0 ? (
        <span role="alert"> {t('unsent.exportForSupport', { count: exporting.data.unknown })}</span>
      ) : null}
      {exporting.isError ? <span role="alert">{t('unsent.exportFailed')}</span> : null}
    </Banner>
  )
}

interface ScanDialogProps {
  onCode(code: string): void
  onClose(): void
}

const FORMATS: readonly CodeFormat[] = ['qr_code']

/** Shows the camera until it reads a pairing code. */
function ScanDialog({ onCode, onClose }: ScanDialogProps) {
  const { t } = useTranslation()
  const [note, setNote] = useState<'scanText' | 'scanOther' | 'scanDenied' | 'scanFailed'>('scanText')
  return (
    <Dialog
      title={t('enrol.scanTitle')}
      onClose={onClose}
      actions={<Button onClick={onClose}>{t('app.cancel')}</Button>}
    >
      <CameraView
        formats={FORMATS}
        onText={(text) => {
          const code = codeFromQr(text)
          if (code) onCode(code)
          else setNote('scanOther')
        }}
        onProblem={(problem) => setNote(problem === 'denied' ? 'scanDenied' : 'scanFailed')}
      />
      <p role="status">{t(`enrol.${note}`)}</p>
    </Dialog>
  )
}
