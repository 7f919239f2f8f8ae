/**
 * Sign-ins that this device checked itself, and PINs that it refused, until the server has them: nobody else saw them. Bounded; what there
 * is no room for is counted. They are told under the device that the server knew when they were noted.
 */
import { dequal } from 'dequal/lite'
import type { CounterKind, SignInNote } from '../../contract/counter-sign-ins.ts'
import { liveQuery } from '../live-query.ts'
import type { SalesDb } from './sales-db.ts'
import { readSalesMeta, writeSalesMeta } from './sales-meta.ts'

/** Newest notes that are kept, with the one that counts the rest. */
export const NOTES_KEPT = 100
/** The same again within this is one note with a higher count, ms. */
const SAME_MS = 10 * 60_000

export interface NewSignIn {
  readonly kind: Exclude<CounterKind, 'counter_not_kept'>
  readonly staffId: number
  /** Client time, ms. */
  readonly at: number
  /** UUID v4. */
  readonly newId: () => string
}

/** Pure: the notes with one more event, oldest first. */
export function withSignIn(
  notes: readonly SignInNote[],
  { kind, staffId, at, newId }: NewSignIn,
): readonly SignInNote[] {
  const known = notes.findLast((note) => note.kind === kind && note.staff_id === staffId)
  if (known && Math.abs(at - known.last_at) < SAME_MS) {
    const more = { ...known, count: known.count + 1, last_at: Math.max(known.last_at, at) }
    return notes.map((note) => (note === known ? more : note))
  }
  const all = [...notes, { id: newId(), kind, staff_id: staffId, count: 1, first_at: at, last_at: at }]
  return all.length > NOTES_KEPT ? withoutOldest(all, newId) : all
}

/** The one that counts the rest stands first; the oldest of the others goes into it. */
function withoutOldest(notes: readonly SignInNote[], newId: () => string): readonly SignInNote[] {
  const rest = notes.find(({ kind }) => kind === 'counter_not_kept')
  const [oldest, next, ...others] = notes.filter((note) => note !== rest)
  if (!oldest || !next) return notes
  if (rest) return [together(rest, [oldest]), next, ...others]
  return [together({ ...oldest, id: newId(), kind: 'counter_not_kept', staff_id: null }, [next]), ...others]
}

function together(rest: SignInNote, gone: readonly SignInNote[]): SignInNote {
  const all = [rest, ...gone]
  return {
    ...rest,
    count: all.reduce((sum, { count }) => sum + count, 0),
    first_at: Math.min(...all.map(({ first_at: at }) => at)),
    last_at: Math.max(...all.map(({ last_at: at }) => at)),
  }
}

/** Notes an event beside whatever else `db.meta` is written with in this transaction. */
export async function addSignIn(db: SalesDb, event: NewSignIn): Promise<void> {
  const kept = await readSalesMeta(db, 'sign_ins')
  await writeSalesMeta(db, 'sign_ins', {
    device_id: kept?.device_id ?? null,
    notes: withSignIn(kept?.notes ?? [], event),
  })
}

/** Notes that a PIN was refused. Never rejects: whoever typed it is told so all the same. */
export async function noteRefusedPin(db: SalesDb, event: NewSignIn): Promise<void> {
  let written: unknown = null
  await db
    .transaction('rw', db.meta, async () => {
      // Tried once more because the connection was lost, and the first time had come through.
      if (written !== null && dequal(await readSalesMeta(db, 'sign_ins'), written)) return
      await addSignIn(db, event)
      written = await readSalesMeta(db, 'sign_ins')
    })
    .catch(() => undefined)
}

/** What waits to be told by this device. What another one noted here, before this tablet was enrolled anew, is told by nobody. */
export async function claimSignIns(db: SalesDb, deviceId: string): Promise<readonly SignInNote[]> {
  return await db.transaction('rw', db.meta, async () => {
    const kept = await readSalesMeta(db, 'sign_ins')
    if (kept?.device_id === deviceId) return kept.notes
    const notes = kept?.device_id === null ? kept.notes : []
    await writeSalesMeta(db, 'sign_ins', { device_id: deviceId, notes })
    return notes
  })
}

/** The server has these. One that was counted on meanwhile stays, and is told again. */
export async function forgetSignIns(db: SalesDb, told: readonly SignInNote[]): Promise<void> {
  await db.transaction('rw', db.meta, async () => {
    const kept = await readSalesMeta(db, 'sign_ins')
    if (!kept) return
    const isTold = ({ id, count, kind }: SignInNote) =>
      told.some((one) => one.id === id && one.count === count && one.kind === kind)
    await writeSalesMeta(db, 'sign_ins', { ...kept, notes: kept.notes.filter((note) => !isTold(note)) })
  })
}

/** Calls back with how many wait, now and with each change in any tab. Returns the way to stop. */
export function watchSignIns(
  db: SalesDb,
  onCount: (count: number) => void,
  onError: (error: unknown) => void,
): () => void {
  const count = async () => (await readSalesMeta(db, 'sign_ins'))?.notes.length ?? 0
  const subscription = liveQuery([db], count).subscribe(onCount, onError)
  return () => subscription.unsubscribe()
}
