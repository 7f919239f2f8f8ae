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

// Notify in a microtask, not in a timer: `isPending` must be set before the next tap and before the check for work (rule U1).
notifyManager.setScheduler(queueMicrotask)

export interface WorkplaceProps {
  /** Null: every address shows enrolment. */
  device: Enrollment | null
  mainProps: { id: string; className: string | undefined; tabIndex: number }
  notices: ReactNode
}

/** The screen, and banners below it, where they move no row of the screen. */
export function Workplace({ device, mainProps, notices }: WorkplaceProps) {
  // Always send the request: `navigator.onLine` is unreliable.
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
          // Remount for another enrolment, which has another catalogue.
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
