/**
 * Whether a database goes on with the life of its log, or was taken back to an earlier state (rule S6). Pure: what is read where
 * stands in server/sql/epoch.ts and log-witness.ts.
 */

/** What a server noted outside of the database. `tokens`: the last that it wrote there, and the one that it may have been writing. */
export interface WitnessNote {
  readonly serverId: string
  /** System identifier and database id, as one text. */
  readonly database: string
  readonly epoch: string
  readonly tokens: readonly string[]
}

/** What the database says of the one who noted that. */
export interface WitnessRow {
  /** Null: it does not know the server. */
  readonly token: string | null
  readonly database: string
  readonly epoch: string
  /** The noted epoch is one that is over here. */
  readonly isPastLife: boolean
}

export interface LifeSigns {
  /** No server has taken the database up yet: there is nothing to lose. */
  readonly isNew: boolean
  /** Not closed in order, and without full durability. */
  readonly uncleanStart: boolean
  /** System identifier, timeline and database id are the stored ones. */
  readonly isSameDatabase: boolean
  /** The row of `log_state` was written by the transaction that it names. */
  readonly isOriginalRow: boolean
  readonly note: WitnessNote | null
  readonly row: WitnessRow
}

/** Why a new life begins. `counter`: a device proved that it has seen more of the log than there is. */
export type RestoreSign = 'unclean' | 'database' | 'row' | 'witness' | 'counter'

/** The first sign that the log was taken back; null when it goes on. */
export function judgeLife(signs: LifeSigns): RestoreSign | null {
  if (signs.isNew) return null
  if (signs.uncleanStart) return 'unclean'
  if (!signs.isSameDatabase) return 'database'
  if (!signs.isOriginalRow) return 'row'
  return signs.note !== null && wentBack(signs.note, signs.row) ? 'witness' : null
}

/**
 * A server that was off while others wrote finds its own token as it left it; one that was off while others began a new life finds
 * its epoch among those that are over. Whoever is new, or comes from another database, knows nothing.
 */
function wentBack(note: WitnessNote, row: WitnessRow): boolean {
  if (note.database !== row.database || row.isPastLife) return false
  return note.epoch !== row.epoch || row.token === null || !note.tokens.includes(row.token)
}
