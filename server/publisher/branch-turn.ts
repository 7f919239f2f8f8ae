/**
 * What a publisher does next for one branch. Pure: the shell reads the log and speaks to the broker.
 *
 *              far ahead ─────► leave it to the log: position moves ──────────────┐
 *              log is ahead ──► publish a batch ──► acknowledged: position moves ─┤
 *   listed ──► heartbeat due ─► heartbeat ◄────────────────────────────────────────┤
 *              else ──────────► wait                failed: wait longer each time ─┘
 *
 * Times are milliseconds of one monotonic clock.
 */
export interface BranchTurn {
  /** Last position that the broker has acknowledged or that was left to the log, and the database has stored. */
  readonly published: number
  /** Last position given out, as far as we heard. */
  readonly logEnd: number
  /** After this moment another publisher may hold the lease. */
  readonly leaseUntil: number
  /** Null before the first one. */
  readonly publishedAt: number | null
  /** Null when one is owed at once: at the start, and when the broker is back. */
  readonly heartbeatAt: number | null
  /** Failures in a row. */
  readonly failures: number
  readonly retryAt: number
}

export interface TurnTiming {
  /** A heartbeat at least this often (rule S8). */
  readonly heartbeatMs: number
  /** … and this long after the last publish, so that a lost last event is noticed soon. */
  readonly quietMs: number
  readonly retryMinMs: number
  readonly retryMaxMs: number
  /**
   * More waiting events than this are left to the log: a heartbeat tells how far it goes, and counters fetch them in pages of 500.
   * A broker keeps some thousand messages for a client, then drops them or ends its connection (measured: 20,000 rows by one UPDATE).
   */
  readonly floodEvents: number
}

export type Step =
  | { do: 'publish' }
  | { do: 'leave'; upTo: number }
  | { do: 'heartbeat' }
  | { do: 'wait'; until: number }

export function beginTurn(published: number, logEnd: number, leaseUntil: number): BranchTurn {
  return { published, logEnd, leaseUntil, publishedAt: null, heartbeatAt: null, failures: 0, retryAt: 0 }
}

/** Without a broker or a lease nothing is due; the shell asks again when one of them is back. */
export function nextStep(turn: BranchTurn, at: { now: number; connected: boolean }, timing: TurnTiming): Step {
  if (!at.connected || at.now >= turn.leaseUntil) return { do: 'wait', until: Number.POSITIVE_INFINITY }
  // First, so that a branch that never rests has its heartbeats too.
  const heartbeatDue = nextHeartbeat(turn, timing)
  if (at.now >= heartbeatDue) return { do: 'heartbeat' }
  if (turn.logEnd <= turn.published) return { do: 'wait', until: heartbeatDue }
  if (at.now >= turn.retryAt) {
    return turn.logEnd - turn.published > timing.floodEvents ? { do: 'leave', upTo: turn.logEnd } : { do: 'publish' }
  }
  return { do: 'wait', until: Math.min(heartbeatDue, turn.retryAt) }
}

/** The positions of a batch that count as published: up to the first one that was not acknowledged (rule S4). */
export function acknowledgedPrefix(
  batch: readonly { seq: number; acknowledged: boolean }[],
  published: number,
): number {
  let position = published
  for (const { seq, acknowledged } of batch) {
    if (!acknowledged) break
    position = seq
  }
  return position
}

/** A batch was acknowledged up to `published`, wholly or in part. */
export function noteBatch(
  turn: BranchTurn,
  batch: { published: number; logEnd: number; isWhole: boolean },
  at: { now: number; random: number },
  timing: TurnTiming,
): BranchTurn {
  const moved = {
    ...turn,
    published: Math.max(turn.published, batch.published),
    logEnd: Math.max(turn.logEnd, batch.logEnd),
    publishedAt: at.now,
  }
  return batch.isWhole ? { ...moved, failures: 0, retryAt: 0 } : noteFailure(moved, at, timing)
}

/** The log alone has everything up to `upTo`: whoever listens has to hear that at once. */
export function noteLeft(turn: BranchTurn, upTo: number): BranchTurn {
  const published = Math.max(turn.published, upTo)
  return { ...turn, published, logEnd: Math.max(turn.logEnd, upTo), heartbeatAt: null, failures: 0, retryAt: 0 }
}

/** Nothing could be read, published or stored: the next try waits, exponentially and with jitter. */
export function noteFailure(turn: BranchTurn, at: { now: number; random: number }, timing: TurnTiming): BranchTurn {
  const ceiling = Math.min(timing.retryMaxMs, timing.retryMinMs * 2 ** Math.min(turn.failures, 16))
  return { ...turn, failures: turn.failures + 1, retryAt: at.now + ceiling * (0.5 + at.random / 2) }
}

export function noteHeartbeat(turn: BranchTurn, now: number): BranchTurn {
  return { ...turn, heartbeatAt: now }
}

/** The broker is back: whoever listens there should hear at once where the log stands. */
export function noteConnected(turn: BranchTurn): BranchTurn {
  return { ...turn, heartbeatAt: null, failures: 0, retryAt: 0 }
}

/** What the database says of the branch. The position never goes back within one lease. */
export function noteListed(
  turn: BranchTurn,
  listed: { published: number; logEnd: number; leaseUntil: number },
): BranchTurn {
  return {
    ...turn,
    published: Math.max(turn.published, listed.published),
    logEnd: Math.max(turn.logEnd, listed.logEnd),
    leaseUntil: listed.leaseUntil,
  }
}

function nextHeartbeat(turn: BranchTurn, timing: TurnTiming): number {
  if (turn.heartbeatAt === null) return Number.NEGATIVE_INFINITY
  const regular = turn.heartbeatAt + timing.heartbeatMs
  const isOwed = turn.publishedAt !== null && turn.publishedAt >= turn.heartbeatAt
  return isOwed ? Math.min(regular, (turn.publishedAt ?? 0) + timing.quietMs) : regular
}
