import { useQuery } from '@tanstack/react-query'
import Check from 'lucide-react/icons/check'
import Copy from 'lucide-react/icons/copy'
import { useState } from 'preact/compat'
import { useTranslation } from 'react-i18next'
import { encode } from 'uqr'
import { pairingCodeAnswerSchema } from '../../../contract/admin.ts'
import { OWNER_DEVICES_PATH, OWNER_PAIRING_PATH, ownerDeviceListSchema } from '../../../contract/owner-people.ts'
import { useFormat } from '../../../i18n/use-format.ts'
import { readAnswer } from '../../../sync/read-answer.ts'
import { Button } from '../../../ui/button.tsx'
import { Dialog } from '../../../ui/dialog.tsx'
import { useNow } from '../../../ui/use-now.ts'
import { useClockSkew } from '../../shared/device/use-clock-skew.ts'
import { failureWords } from '../session/failure-words.ts'
import list from '../session/owner-list.module.css'
import { useOwnerQuery } from '../session/owner-query.ts'
import { useOwnerSession } from '../session/owner-session.ts'
import styles from './devices-page.module.css'

/** How soon a newly enrolled device shows up here. */
const LOOK_MS = 3_000
const CLOCK_MS = 10_000

/** A one-time code as QR picture, link and letters; says when a device has used it. */
export function PairingDialog({ onClose }: { onClose(): void }) {
  const { t } = useTranslation()
  const format = useFormat()
  const { ownerHttp } = useOwnerSession()
  // The code ends by the server's clock.
  const now = useNow(CLOCK_MS) + useClockSkew()
  const [copied, setCopied] = useState<'yes' | 'no' | null>(null)
  const [openedAt] = useState(() => Date.now())
  // A code is made when the dialog opens, once, and never from what an earlier opening left behind.
  const pairing = useQuery({
    queryKey: ['owner', OWNER_PAIRING_PATH, openedAt],
    queryFn: async () =>
      readAnswer(pairingCodeAnswerSchema, await ownerHttp({ method: 'POST', path: OWNER_PAIRING_PATH, body: {} })).data,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  })
  const devices = useOwnerQuery(OWNER_DEVICES_PATH, ownerDeviceListSchema, { everyMs: LOOK_MS })
  const [knownIds, setKnownIds] = useState<readonly string[] | null>(null)
  if (knownIds === null && devices.data && !devices.isFetching) {
    setKnownIds(devices.data.data.map((device) => device.device_id))
  }
  const joined = knownIds ? devices.data?.data.find((device) => !knownIds.includes(device.device_id)) : undefined
  const code = pairing.data
  const isOver = code !== undefined && Date.parse(code.expires_at) <= now

  const copy = async (link: string) => {
    try {
      await navigator.clipboard.writeText(link)
      setCopied('yes')
    } catch {
      setCopied('no')
    }
  }

  return (
    <Dialog
      title={t('people.pairTitle')}
      onClose={onClose}
      actions={
        <>
          {isOver || pairing.isError ? (
            <Button disabled={pairing.isFetching} onClick={() => void pairing.refetch()}>
              {t('people.pairAgain')}
            </Button>
          ) : null}
          <Button kind="primary" onClick={onClose}>
            {t('people.done')}
          </Button>
        </>
      }
    >
      {joined ? (
        <p role="status" className={styles.joined}>
          <Check size={24} aria-hidden /> {t('people.pairJoined', { name: joined.device_name })}
        </p>
      ) : pairing.isError ? (
        <p role="alert" className={list.problem}>
          {t('people.pairFailed', { why: failureWords(pairing.error, t) })}
        </p>
      ) : code === undefined ? (
        <p role="status">{t('people.pairMaking')}</p>
      ) : isOver ? (
        <p role="alert">{t('people.pairExpired')}</p>
      ) : (
        <>
          <p>{t('people.pairText')}</p>
          <div className={styles.pairing}>
            <QrPicture text={code.link} label={t('people.pairQr')} />
            <dl>
              <dt>{t('people.pairCode')}</dt>
              <dd className={styles.code}>{code.pairing_code}</dd>
              <dt>{t('people.pairLink')}</dt>
              <dd className={styles.link}>{code.link}</dd>
            </dl>
          </div>
          <p className={styles.small}>
            {t('people.pairUntil', { when: format.moment(Date.parse(code.expires_at), now) })}
          </p>
          <div className={styles.copy}>
            <Button icon={<Copy size={20} aria-hidden />} onClick={() => void copy(code.link)}>
              {t('people.pairCopy')}
            </Button>
            <p role="status">
              {copied === null ? '' : t(copied === 'yes' ? 'people.pairCopied' : 'people.pairCopyFailed')}
            </p>
          </div>
        </>
      )}
    </Dialog>
  )
}

/** Modules of quiet border that readers need. */
const BORDER = 4

/** A text as QR code, dark on light in every theme: many readers refuse the inverse. */
function QrPicture({ text, label }: { text: string; label: string }) {
  const { data, size } = encode(text, { border: BORDER, ecc: 'M' })
  const path = data.flatMap((row, y) => row.map((isDark, x) => (isDark ? `M${x} ${y}h1v1h-1z` : ''))).join('')
  return (
    <svg
      className={styles.qr}
      viewBox={`0 0 ${size} ${size}`}
      role="img"
      aria-label={label}
      shapeRendering="crispEdges"
    >
      <path d={path} />
    </svg>
  )
}
