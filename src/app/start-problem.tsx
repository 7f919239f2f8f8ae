import { DatabaseZap, HardDrive, ShieldAlert, TriangleAlert } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { Button } from '../ui/button.tsx'
import { ProblemScreen } from './problem-screen.tsx'

export type StartProblemKind = 'insecure-context' | 'no-indexeddb' | 'storage-refused' | 'unexpected'

interface StartProblemProps {
  kind: StartProblemKind
  details: string | null
}

/** The app can't start: why, what is safe, and what to do. */
export function StartProblem({ kind, details }: StartProblemProps) {
  const { t } = useTranslation()
  const reload = (
    <Button kind="primary" onClick={() => location.reload()}>
      {t('app.reload')}
    </Button>
  )
  switch (kind) {
    case 'insecure-context':
      return <InsecureContext />
    case 'no-indexeddb':
      return (
        <ProblemScreen
          icon={<DatabaseZap size={40} aria-hidden />}
          title={t('problem.noIndexedDbTitle')}
          text={t('problem.noIndexedDbText')}
          actions={reload}
          details={details}
        >
          <p>{t('problem.noIndexedDbDo')}</p>
        </ProblemScreen>
      )
    case 'storage-refused':
      return (
        <ProblemScreen
          icon={<HardDrive size={40} aria-hidden />}
          title={t('problem.storageRefusedTitle')}
          text={t('problem.storageRefusedText')}
          actions={reload}
          details={details}
        >
          <p>{t('problem.storageRefusedDo')}</p>
        </ProblemScreen>
      )
    case 'unexpected':
      return (
        <ProblemScreen
          icon={<TriangleAlert size={40} aria-hidden />}
          title={t('problem.startTitle')}
          text={t('problem.startText')}
          actions={reload}
          details={details}
        >
          <p>{t('problem.startDo')}</p>
        </ProblemScreen>
      )
  }
}

function InsecureContext() {
  const { t } = useTranslation()
  const { hostname, port } = location
  const securePort = Number(port || 80)
  // With TLS=auto the server explains on the next port, over plain http, how to trust the shop's certificate.
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
