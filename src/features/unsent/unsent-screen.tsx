import CircleCheckBig from 'lucide-react/icons/circle-check-big'
import FileWarning from 'lucide-react/icons/file-exclamation-point'
import OctagonAlert from 'lucide-react/icons/octagon-exclamation-point'
import Send from 'lucide-react/icons/send'
import { useState } from 'preact/compat'
import { useTranslation } from 'react-i18next'
import { useSenderPause, useUnreadableCount, useUnsentIds } from '../../db/sales/unsent.ts'
import { Banner } from '../../ui/banner.tsx'
import { Button } from '../../ui/button.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { useServices } from '../shared/services.ts'
import { OperationDetail } from './operation-detail.tsx'
import { UnsentFiles } from './unsent-files.tsx'
import { UnsentList } from './unsent-list.tsx'
import styles from './unsent-screen.module.css'

/** What the server has not confirmed: what a person must decide first, then what goes up by itself. Needs no sign-in to look. */
export function UnsentScreen() {
  const { t } = useTranslation()
  const { sales, salesDb } = useServices()
  const ids = useUnsentIds(salesDb)
  const pause = useSenderPause(salesDb)
  const unreadable = useUnreadableCount(salesDb) ?? 0
  const [openId, setOpenId] = useState<string | null>(null)
  const [note, setNote] = useState('')
  const count = ids === undefined ? 0 : ids.waiting.length + ids.undecided.length
  return (
    <div className={styles.screen}>
      <div className={styles.head}>
        <div className={styles.words}>
          <h1>{t('unsent.title')}</h1>
          <p className={styles.muted}>{t('unsent.intro')}</p>
        </div>
        <div className={styles.actions}>
          <Button
            kind="primary"
            icon={<Send size={20} aria-hidden />}
            disabled={ids === undefined || ids.waiting.length === 0}
            onClick={() => {
              sales.sendNow()
              setNote(t('unsent.sendAsked'))
            }}
          >
            {t('unsent.sendNow')}
          </Button>
          <UnsentFiles onNote={setNote} />
        </div>
        <p role="status" className={styles.note} data-testid="unsent-note">
          {note}
        </p>
        {pause ? <PauseBanner kind={pause.kind} /> : null}
        {unreadable > 0 ? (
          <Banner
            tone="bad"
            icon={<FileWarning size={24} aria-hidden />}
            title={t('unsent.unreadableTitle', { count: unreadable })}
          >
            {t('unsent.unreadableText')}
          </Banner>
        ) : null}
      </div>
      {ids === undefined || (count === 0 && unreadable > 0) ? null : count === 0 ? (
        <EmptyState icon={<CircleCheckBig size={40} aria-hidden />} title={t('unsent.emptyTitle')}>
          <p>{t('unsent.emptyText')}</p>
        </EmptyState>
      ) : (
        <UnsentList ids={ids} isPaused={pause != null} onOpen={setOpenId} onNote={setNote} />
      )}
      {openId === null ? null : <OperationDetail offlineId={openId} onClose={() => setOpenId(null)} />}
    </div>
  )
}

const WORDS = {
  revoked: { title: 'unsent.pausedRevokedTitle', text: 'unsent.pausedRevokedText' },
  unauthorized: { title: 'unsent.pausedUnauthorizedTitle', text: 'unsent.pausedUnauthorizedText' },
} as const

/** Nothing is sent at all, and why (rule Q5). */
function PauseBanner({ kind }: { kind: keyof typeof WORDS }) {
  const { t } = useTranslation()
  return (
    <Banner tone="bad" icon={<OctagonAlert size={24} aria-hidden />} title={t(WORDS[kind].title)}>
      {t(WORDS[kind].text)}
    </Banner>
  )
}
