/**
 * What a device tells of sign-ins that it checked itself, without the server. All of it is the device's word: the owner is shown it as
 * that (src/contract/owner-security.ts).
 */
import * as v from 'valibot'
import { idSchema, offlineIdSchema } from './values.ts'

export const COUNTER_SIGN_INS_PATH = '/api/v1/device/sign-in'

/** A session began; a PIN was wrong; one was refused unseen, because of too many wrong ones; what the device had no room to keep. */
export const COUNTER_KINDS = [
  'counter_signed_in',
  'counter_pin_wrong',
  'counter_pin_locked',
  'counter_not_kept',
] as const
export type CounterKind = (typeof COUNTER_KINDS)[number]

/** Notes of one request at most. */
export const NOTES_AT_ONCE = 50

const COUNT_MAX = 1_000_000
/** ms since 1970 UTC, before the year 2100. */
const clientTimeSchema = v.pipe(v.number(), v.safeInteger(), v.minValue(0), v.maxValue(4_102_444_800_000))

/**
 * So many times from `first_at` to `last_at`, by the device's clock. Sent again with a higher count under the same id it takes the place
 * of what was told before. `staff_id`: null for `counter_not_kept` alone.
 */
export const signInNoteSchema = v.object({
  id: offlineIdSchema,
  kind: v.picklist(COUNTER_KINDS),
  staff_id: v.nullable(idSchema),
  count: v.pipe(v.number(), v.safeInteger(), v.minValue(1), v.maxValue(COUNT_MAX)),
  first_at: clientTimeSchema,
  last_at: clientTimeSchema,
})
export type SignInNote = v.InferOutput<typeof signInNoteSchema>

export const signInNotesRequestSchema = v.object({
  notes: v.pipe(
    v.array(signInNoteSchema),
    v.minLength(1),
    v.maxLength(NOTES_AT_ONCE),
    v.check((notes) => new Set(notes.map(({ id }) => id)).size === notes.length, 'the same id twice'),
  ),
})
