import { CircleHelp } from 'lucide-react'
import { lazy, Suspense } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useLocation } from 'wouter'
import { ShiftGate } from '../features/shift/shift-gate.tsx'
import { SignInGate } from '../features/sign-in/sign-in-gate.tsx'
import { StockScreen } from '../features/stock/stock-screen.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { CrashBoundary } from './crash-boundary.tsx'
import { matchRoute } from './route-table.ts'

const DiagnosticsScreen = lazy(async () => ({
  default: (await import('../features/diagnostics/diagnostics-screen.tsx')).DiagnosticsScreen,
}))
const SettingsScreen = lazy(async () => ({
  default: (await import('../features/settings/settings-screen.tsx')).SettingsScreen,
}))
const SellScreen = lazy(async () => ({ default: (await import('../features/sell/sell-screen.tsx')).SellScreen }))
// Whoever takes money needs the receipt next, whatever became of the network or the build meanwhile.
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

/** The screen of the current address. A crash or a lost chunk takes one screen down, never the header with its state. */
export function CurrentScreen() {
  const [location] = useLocation()
  const { screen, productId, recordId } = matchRoute(location)
  return (
    <CrashBoundary key={screen}>
      <Suspense fallback={<Loading />}>
        {screen === 'stock' ? (
          <StockScreen productId={productId} />
        ) : screen === 'diagnostics' ? (
          <DiagnosticsScreen />
        ) : screen === 'settings' ? (
          <SettingsScreen />
        ) : screen === 'sell' ? (
          <SignInGate>
            <ShiftGate>
              <SellScreen />
            </ShiftGate>
          </SignInGate>
        ) : screen === 'pay' && recordId !== null ? (
          <SignInGate>
            <ShiftGate>
              <PayScreen cartId={recordId} />
            </ShiftGate>
          </SignInGate>
        ) : screen === 'receipt' && recordId !== null ? (
          <SignInGate>
            <ReceiptScreen key={recordId} offlineId={recordId} />
          </SignInGate>
        ) : screen === 'shift' ? (
          <SignInGate>
            <ShiftScreen shiftId={recordId} />
          </SignInGate>
        ) : screen === 'transactions' ? (
          <SignInGate>
            {recordId === null ? <TransactionsScreen /> : <TransactionScreen key={recordId} saleId={recordId} />}
          </SignInGate>
        ) : screen === 'unsent' ? (
          <UnsentScreen />
        ) : screen === 'owner' ? (
          <OwnerScreen />
        ) : screen === 'enrol' ? (
          <EnrolScreen />
        ) : (
          <NotFound />
        )}
      </Suspense>
    </CrashBoundary>
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
