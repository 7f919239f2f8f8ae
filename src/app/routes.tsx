import CircleHelp from 'lucide-react/icons/circle-question-mark'
import { type ComponentType, Fragment, lazy, type ReactNode, Suspense } from 'preact/compat'
import { useTranslation } from 'react-i18next'
import { Link, useLocation } from 'wouter'
import { ShiftGate } from '../features/shift/shift-gate.tsx'
import { SignInGate } from '../features/sign-in/sign-in-gate.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { CrashBoundary } from './crash-boundary.tsx'
import { matchRoute, type ScreenName } from './route-table.ts'

const StockScreen = lazy(async () => ({ default: (await import('../features/stock/stock-screen.tsx')).StockScreen }))
const DiagnosticsScreen = lazy(async () => ({
  default: (await import('../features/diagnostics/diagnostics-screen.tsx')).DiagnosticsScreen,
}))
const SettingsScreen = lazy(async () => ({
  default: (await import('../features/settings/settings-screen.tsx')).SettingsScreen,
}))
const SellScreen = lazy(async () => ({ default: (await import('../features/sell/sell-screen.tsx')).SellScreen }))
// Load the receipt together with the payment: it is needed next, even if the network or this build is gone by then.
const PayScreen = lazy(async () => {
  const [{ PayScreen: screen }] = await Promise.all([
    import('../features/pay/pay-screen.tsx'),
    import('../features/receipt/receipt-screen.tsx'),
  ])
  return { default: screen }
})
const ReceiptScreen = lazy(async () => ({
  default: (await import('../features/receipt/receipt-screen.tsx')).ReceiptScreen,
}))
const ShiftScreen = lazy(async () => ({ default: (await import('../features/shift/shift-screen.tsx')).ShiftScreen }))
const TransactionsScreen = lazy(async () => ({
  default: (await import('../features/transactions/transactions-screen.tsx')).TransactionsScreen,
}))
const TransactionScreen = lazy(async () => ({
  default: (await import('../features/transactions/transaction-screen.tsx')).TransactionScreen,
}))
const UnsentScreen = lazy(async () => ({
  default: (await import('../features/unsent/unsent-screen.tsx')).UnsentScreen,
}))
const OwnerScreen = lazy(async () => ({ default: (await import('./owner-screen.tsx')).OwnerScreen }))
const EnrolScreen = lazy(async () => ({
  default: (await import('../features/enrol/enrol-screen.tsx')).EnrolScreen,
}))

interface Screen {
  readonly Page: ComponentType<{ id: string | null }>
  /** What must be true before the screen shows, such as a sign-in. Absent: anybody may see it. */
  readonly gate?: ComponentType<{ children: ReactNode }>
  /** Remount for another record instead of updating in place. */
  readonly isOfOneRecord?: true
}

const SCREENS: Readonly<Record<ScreenName, Screen>> = {
  stock: { Page: ({ id }) => <StockScreen productId={id === null ? null : Number(id)} /> },
  diagnostics: { Page: DiagnosticsScreen },
  settings: { Page: SettingsScreen },
  enrol: { Page: EnrolScreen },
  sell: { Page: SellScreen, gate: TillGate },
  pay: { Page: ({ id }) => <PayScreen cartId={id ?? ''} />, gate: TillGate },
  receipt: { Page: ({ id }) => <ReceiptScreen offlineId={id ?? ''} />, gate: SignInGate, isOfOneRecord: true },
  shift: { Page: ({ id }) => <ShiftScreen shiftId={id} />, gate: SignInGate },
  transactions: { Page: TransactionsScreen, gate: SignInGate },
  transaction: { Page: ({ id }) => <TransactionScreen saleId={id ?? ''} />, gate: SignInGate, isOfOneRecord: true },
  unsent: { Page: UnsentScreen },
  owner: { Page: OwnerScreen },
}

/** The screen of the current address. A crash or a lost chunk replaces this screen only; the header stays. */
export function CurrentScreen() {
  const [location] = useLocation()
  const route = matchRoute(location)
  if (route === null) return <NotFound />
  const { Page, gate: Gate = Fragment, isOfOneRecord } = SCREENS[route.screen]
  return (
    <CrashBoundary key={route.screen}>
      <Suspense fallback={<Loading />}>
        <Gate>
          <Page key={isOfOneRecord ? route.id : null} id={route.id} />
        </Gate>
      </Suspense>
    </CrashBoundary>
  )
}

/** Selling needs a signed-in person and an open shift. */
function TillGate({ children }: { children: ReactNode }) {
  return (
    <SignInGate>
      <ShiftGate>{children}</ShiftGate>
    </SignInGate>
  )
}

/** A device without credentials sees enrolment at every address. */
export function EnrolOnly() {
  return (
    <CrashBoundary>
      <Suspense fallback={<Loading />}>
        <EnrolScreen />
      </Suspense>
    </CrashBoundary>
  )
}

function Loading() {
  const { t } = useTranslation()
  return <EmptyState icon={null} title={t('app.loading')} isWholePage />
}

function NotFound() {
  const { t } = useTranslation()
  return (
    <EmptyState icon={<CircleHelp size={40} aria-hidden />} title={t('app.notFoundTitle')} isWholePage>
      <p>{t('app.notFoundText')}</p>
      <Link href="/">{t('app.toStock')}</Link>
    </EmptyState>
  )
}
