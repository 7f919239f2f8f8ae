import type { ComponentType } from 'preact/compat'
import { type Services, ServicesContext } from '../features/shared/services.ts'
import type { AppUpdate } from './app-update.ts'
import { CrashBoundary } from './crash-boundary.tsx'
import { Layout } from './layout.tsx'
import { UpdatePrompt } from './update-prompt.tsx'
import type { WorkplaceProps } from './workplace.tsx'

interface AppProps {
  services: Services
  update: AppUpdate | null
  Workplace: ComponentType<WorkplaceProps>
}

/** The running app; the words come from a WordsProvider above it. */
export function App({ services, update, Workplace }: AppProps) {
  return (
    <CrashBoundary isWholePage>
      <ServicesContext value={services}>
        <Layout Workplace={Workplace} notices={update ? <UpdatePrompt update={update} /> : null} />
      </ServicesContext>
    </CrashBoundary>
  )
}
