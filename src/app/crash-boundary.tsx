import { Component, type ReactNode } from 'preact/compat'
import { CrashScreen } from './crash-screen.tsx'

interface CrashBoundaryState {
  readonly error: unknown
}

interface CrashBoundaryProps {
  children: ReactNode
  /** True where nothing of the layout is left around the words. */
  isWholePage?: boolean
}

/** Turns a crash below it into words. */
export class CrashBoundary extends Component<CrashBoundaryProps, CrashBoundaryState> {
  override state: CrashBoundaryState = { error: null }

  static getDerivedStateFromError(error: unknown): CrashBoundaryState {
    return { error: error ?? new Error('unknown') }
  }

  override render(): ReactNode {
    const { error } = this.state
    if (error === null) return this.props.children
    const words = <CrashScreen error={error} />
    return this.props.isWholePage ? <main>{words}</main> : words
  }
}
