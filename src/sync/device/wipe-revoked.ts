/**
 * A revoked device keeps nothing of the shop but what the server has not got (rule Q12): a tablet that was lost or stolen is told so by
 * the first answer that it gets, wherever in the app that comes.
 */
import type { CacheDb } from '../../db/cache-db.ts'
import { clearCache } from '../../db/device.ts'
import { readMeta } from '../../db/meta.ts'
import type { SalesDb } from '../../db/sales/sales-db.ts'
import { keepUnsentOnly } from '../../db/sales/wipe.ts'
import { HttpFailure } from '../errors.ts'
import type { FailureJournal, HttpLike } from '../ports.ts'

interface WipeDeps {
  readonly db: CacheDb
  readonly salesDb: SalesDb
  /** What the server refuses: a device that was enrolled anew meanwhile has another one, and nothing of it is touched. */
  readonly token: string
  readonly now: () => number
  readonly journal: FailureJournal
}

/**
 * The same requests; whichever is refused with `device_revoked` wipes the device before it rejects. A server that merely does not
 * know the device wipes nothing: it may have been set back to an older state.
 */
export function wipingWhenRevoked(http: HttpLike, deps: WipeDeps): HttpLike {
  return async (request) => {
    try {
      return await http(request)
    } catch (error) {
      if (error instanceof HttpFailure && error.class === 'revoked') await wipe(deps)
      throw error
    }
  }
}

/** The credentials go last: an attempt that is cut short is made again at the next refusal. */
async function wipe({ db, salesDb, token, now, journal }: WipeDeps): Promise<void> {
  try {
    if (!(await isStillDevice(db, token))) return
    const kept = await keepUnsentOnly(salesDb)
    const isWiped = await clearCache(db, { at: now(), by: 'owner' }, token)
    if (isWiped)
      journal.note('refused', 'Revoked by the owner', `${kept} unsent records are kept, everything else is deleted`)
  } catch (error) {
    journal.note('storage', 'Wiping a revoked device', error)
  }
}

async function isStillDevice(db: CacheDb, token: string): Promise<boolean> {
  return (await readMeta(db, 'device'))?.device_secret_token === token
}
