import TriangleAlert from 'lucide-react/icons/triangle-exclamation-point'
import { useTranslation } from 'react-i18next'
import { Button } from '../ui/button.tsx'
import { reloadIntoNewest } from './app-update.ts'
import { ProblemScreen } from './problem-screen.tsx'
import { RescueExport } from './rescue-export.tsx'

/** What browsers say when a chunk of the app is not there any more, or can't be reached. */
const LOST_CHUNK = /dynamically imported module|module script failed|preload css|error loading/i

export function CrashScreen({ error }: { error: unknown }) {
  const { t } = useTranslation()
  const details = error instanceof Error ? `${error.name}: ${error.message}\n${error.stack ?? ''}` : String(error)
  const isLostChunk = LOST_CHUNK.test(details)
  return (
    <ProblemScreen
      icon={<TriangleAlert size={40} aria-hidden />}
      title={isLostChunk ? t('problem.chunkTitle') : t('problem.crashTitle')}
      text={isLostChunk ? t('problem.chunkText') : t('problem.crashText')}
      details={details}
      isLostPart={isLostChunk}
      actions={
        <>
          <Button kind="primary" onClick={() => void reloadIntoNewest()}>
            {t('app.reload')}
          </Button>
          {/* A full navigation: the crashed page keeps nothing. */}
          <a href="/diagnostics">{t('problem.diagnostics')}</a>
        </>
      }
    >
      {isLostChunk ? null : <RescueExport />}
    </ProblemScreen>
  )
}
