import DatabaseZap from 'lucide-react/icons/database-zap'
import HardDrive from 'lucide-react/icons/hard-drive'
import LayersPlus from 'lucide-react/icons/layers-plus'
import RefreshCw from 'lucide-react/icons/refresh-cw'
import History from 'lucide-react/icons/rotate-ccw-clock'
import ShieldAlert from 'lucide-react/icons/shield-exclamation-point'
import TriangleAlert from 'lucide-react/icons/triangle-exclamation-point'
import { useTranslation } from 'react-i18next'
import type { RescuedFile } from '../sync/outbox/rescue-unsent.ts'
import { Button } from '../ui/button.tsx'
import { reloadIntoNewest } from './app-update.ts'
import type { StartFailure } from './errors.ts'
import { ProblemScreen } from './problem-screen.tsx'
import { RescueExport } from './rescue-export.tsx'

/** `outdated`: the app did start, but a newer version in another tab has taken over the databases. */
export type StartProblemKind = StartFailure | 'unexpected' | 'outdated'

interface StartProblemProps {
  kind: StartProblemKind
  details: string | null
  unsent?: RescuedFile | null
}

/** Title and text of each problem: what happened, what is safe, what to do. */
const PROBLEMS = {
  'no-indexeddb': {
    Icon: DatabaseZap,
    words: ['problem.noIndexedDbTitle', 'problem.noIndexedDbText', 'problem.noIndexedDbDo'],
  },
  'storage-refused': {
    Icon: HardDrive,
    words: ['problem.storageRefusedTitle', 'problem.storageRefusedText', 'problem.storageRefusedDo'],
  },
  'newer-data': { Icon: History, words: ['update.newerTitle', 'update.newerText', 'update.newerDo'] },
  'upgrade-failed': { Icon: DatabaseZap, words: ['update.failedTitle', 'update.failedText', 'update.failedDo'] },
  'upgrade-blocked': { Icon: LayersPlus, words: ['update.blockedTitle', 'update.blockedText', 'update.blockedDo'] },
  outdated: { Icon: RefreshCw, words: ['update.outdatedTitle', 'update.outdatedText', 'update.outdatedDo'] },
  unexpected: { Icon: TriangleAlert, words: ['problem.startTitle', 'problem.startText', 'problem.startDo'] },
} as const

/** The app can't start: why, what is safe, and what to do. */
export function StartProblem({ kind, details, unsent = null }: StartProblemProps) {
  const { t } = useTranslation()
  if (kind === 'insecure-context') return <InsecureContext />
  const { Icon, words } = PROBLEMS[kind]
  const [title, text, remedy] = words
  return (
    <ProblemScreen
      icon={<Icon size={40} aria-hidden />}
      title={t(title)}
      text={t(text)}
      actions={
        <Button kind="primary" onClick={() => void reloadIntoNewest()}>
          {t('app.reload')}
        </Button>
      }
      details={details}
    >
      <p>{t(remedy)}</p>
      {kind === 'no-indexeddb' || kind === 'outdated' ? null : <RescueExport unsent={unsent} />}
    </ProblemScreen>
  )
}

function InsecureContext() {
  const { t } = useTranslation()
  const { hostname, port } = location
  const securePort = Number(port || 80)
  // With TLS=auto the trust page is on the next port, over plain HTTP.
  const trust = `http://${hostname}:${securePort + 1}`
  const secure = `https://${hostname}:${securePort}`
  return (
    <ProblemScreen
      icon={<ShieldAlert size={40} aria-hidden />}
      title={t('problem.insecureTitle')}
      text={t('problem.insecureText')}
    >
      <p>{t('problem.insecureSafe')}</p>
      <h2>{t('problem.insecureDo')}</h2>
      <ol>
        <li>{t('problem.insecureStep1')}</li>
        <li>{t('problem.insecureStep2', { trust })}</li>
        <li>{t('problem.insecureStep3', { secure })}</li>
      </ol>
      <p>
        <a href={trust}>{trust}</a>
      </p>
    </ProblemScreen>
  )
}
