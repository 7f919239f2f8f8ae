import type { Page } from '@playwright/test'
import type { ClockOffset } from './clock-offset.ts'
import type { Update } from './match-updates.ts'
import type { Recording } from './page/probe.ts'
import type { Subject } from './phase.ts'

/** What a subject finds out by itself in one phase; the phase adds what the machine did meanwhile. */
export interface Measured {
  readonly updates: readonly Update[]
  /** One for each update that was to be seen, ms. */
  readonly delays: readonly number[]
  readonly lost: number
  readonly wentBack: number
  /** From the client's UPDATE to its COMMIT, ms. */
  readonly commits: readonly number[]
  readonly recording: Recording
}

export interface MeasuredSubject {
  readonly subject: Subject
  readonly page: Page
  readonly offset: ClockOffset
  measure(rate: number, seconds: number): Promise<Measured>
}
