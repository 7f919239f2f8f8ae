/** Staff and settings by REST, as part of a full refresh. Between two refreshes they come by events. */
import { PATHS, settingsAnswerSchema, staffAnswerSchema } from '../../contract/rest.ts'
import type { CacheDb } from '../../db/cache-db.ts'
import { commitPeople } from '../../db/people.ts'
import { HttpFailure } from '../errors.ts'
import type { HttpLike } from '../ports.ts'
import { readAnswer } from '../read-answer.ts'
import { applySettings, applyStaff } from '../records/apply-events.pure.ts'
import { Draft } from '../records/draft.pure.ts'

/**
 * @param fetched.epoch life of the log that the refresh reads
 * @throws HttpFailure when no usable answer came; a backend without these endpoints leaves what is stored
 */
export async function fetchPeople(fetched: {
  readonly db: CacheDb
  readonly http: HttpLike
  readonly branchCode: string
  readonly epoch: string | null
  readonly now: number
}): Promise<void> {
  const { db, http, epoch, now } = fetched
  const query = new URLSearchParams({ branch_code: fetched.branchCode })
  let answers: Awaited<ReturnType<HttpLike>>[]
  try {
    answers = await Promise.all([
      http({ path: `${PATHS.staff}?${query}` }),
      http({ path: `${PATHS.settings}?${query}` }),
    ])
  } catch (error) {
    if (error instanceof HttpFailure && error.class === 'unsupported') return
    throw error
  }
  const [staffAnswer, settingsAnswer] = answers
  if (!staffAnswer || !settingsAnswer) return
  const people = readAnswer(staffAnswerSchema, staffAnswer).data
  const settings = readAnswer(settingsAnswerSchema, settingsAnswer).data
  const state = (version: number) => ({ version, epoch, timestamp: undefined, source: 'rest' as const })
  await commitPeople(db, (stored) => {
    const draft = new Draft(
      {
        products: new Map(),
        inventory: new Map(),
        tombstones: new Map(),
        staff: new Map(stored.staff.map((row) => [row.id, row])),
        settings: stored.settings ?? null,
      },
      { epoch, rev: 0, now },
    )
    for (const person of people) applyStaff(draft, person, state(person.version))
    applySettings(draft, settings, state(settings.version))
    const listed = new Set(people.map(({ id }) => id))
    const writes = draft.writes()
    return {
      staff: writes.staff,
      settings: writes.settings,
      removed: stored.staff.filter(({ id }) => !listed.has(id)).map(({ id }) => id),
    }
  })
}
