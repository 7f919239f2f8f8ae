import { Component, type ReactNode } from 'preact/compat'
import { CrashScreen } from './crash-screen.tsx'

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
