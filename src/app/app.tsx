import type { Services } from '../features/shared/services.ts'
import type { AppUpdate } from './app-update.ts'
import { CrashBoundary } from './crash-boundary.tsx'
import { Layout } from './layout.tsx'
import { ServicesProvider } from './providers.tsx'
import { UpdatePrompt } from './update-prompt.tsx'

/** The running app; the words come from a WordsProvider above it. */
export function App({ services, update }: { services: Services; update: AppUpdate | null }) {
  return (
    <CrashBoundary isWholePage>
      <ServicesProvider services={services}>
        <Layout notices={update ? <UpdatePrompt update={update} /> : null} />
      </ServicesProvider>
    </CrashBoundary>
  )
}
