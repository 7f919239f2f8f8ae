import { notifyManager, QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { type ReactNode, useState } from 'preact/compat'
import type { Enrollment } from '../contract/device.ts'
import { OwnerSessionProvider } from '../features/owner/session/owner-session-provider.tsx'
import { ApprovalProvider } from '../features/shared/people/approval.tsx'
import { PrinterProvider } from '../features/shared/printing/printer-provider.tsx'
import { SessionKeeper } from '../features/sign-in/session-keeper.tsx'
import { StockProvider } from '../features/stock/stock-provider.tsx'
import { StorageBanners } from '../features/sync-status/storage-banners.tsx'
import { SyncBanners } from '../features/sync-status/sync-banners.tsx'
import { RefreshDriver } from './refresh-driver.tsx'
import { CurrentScreen, EnrolOnly } from './routes.tsx'

// `isPending` is there before the next tap, and before a look for work (rule U1): by a timer it could come after both.
notifyManager.setScheduler(queueMicrotask)

export interface WorkplaceProps {
  /** Null: enrolment stands at every address. */
  device: Enrollment | null
  mainProps: { id: string; className: string | undefined; tabIndex: number }
  notices: ReactNode
}

/** The screen, and below it what needs to be said. Banners stand below so that no row moves. */
export function Workplace({ device, mainProps, notices }: WorkplaceProps) {
  // `navigator.onLine` is not to be relied on: whether there is a network, the request itself finds out.
  const [client] = useState(
    () =>
      new QueryClient({
        defaultOptions: {
          queries: { networkMode: 'always', retry: false, refetchOnWindowFocus: false },
          mutations: { networkMode: 'always', retry: false },
        },
      }),
  )
  return (
    <QueryClientProvider client={client}>
      <main {...mainProps}>
        {device === null ? (
          <EnrolOnly />
        ) : (
          // Another enrolment is another catalogue.
          <StockProvider key={device.device_id}>
            <RefreshDriver />
            <SessionKeeper />
            <OwnerSessionProvider>
              <PrinterProvider>
                <ApprovalProvider>
                  <CurrentScreen />
                </ApprovalProvider>
              </PrinterProvider>
            </OwnerSessionProvider>
          </StockProvider>
        )}
      </main>
      <footer>
        {device === null ? null : <SyncBanners />}
        <StorageBanners />
        {notices}
      </footer>
    </QueryClientProvider>
  )
}
