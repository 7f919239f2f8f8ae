import TriangleAlert from 'lucide-react/icons/triangle-exclamation-point'
import { Component, type ReactNode } from 'preact/compat'
import { useTranslation } from 'react-i18next'
import { Button } from '../ui/button.tsx'
import { reloadIntoNewest } from './app-update.ts'
import { ProblemScreen } from './problem-screen.tsx'
import { RescueExport } from './rescue-export.tsx'

interface CrashBoundaryState {
  readonly error: unknown
}

interface CrashBoundaryProps {
  children: ReactNode
  /** True when the crash took the whole layout down, so that the message is the whole page. */
  isWholePage?: boolean
}

/** Shows a message in place of children that threw. */
export class CrashBoundary extends Component<CrashBoundaryProps, CrashBoundaryState> {
  override state: CrashBoundaryState = { error: null }

  static override getDerivedStateFromError(error: unknown): CrashBoundaryState {
    return { error: error ?? new Error('unknown') }
  }

  /** Report it like any other uncaught error, so that the console and the journal get it. */
  override componentDidCatch(error: unknown): void {
    reportError(error)
  }

  override render(): ReactNode {
    const { error } = this.state
    if (error === null) return this.props.children
    const words = <CrashScreen error={error} />
    return this.props.isWholePage ? <main>{words}</main> : words
  }
}

/** Error messages of browsers for a chunk that is gone or cannot be reached. */
const LOST_CHUNK = /dynamically imported module|module script failed|preload css|error loading/i

function CrashScreen({ error }: { error: unknown }) {
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
