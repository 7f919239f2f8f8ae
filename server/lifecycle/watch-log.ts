import { randomUUID } from 'node:crypto'
import type { Logger } from 'pino'
import type { Database } from '../database.ts'
import { ensureEpoch, type Life } from '../sql/epoch.ts'
import { addWitness, isSameLife, removeWitness, renewWitness } from '../sql/log-witnesses.ts'
import type { WitnessNote } from './judge-life.ts'
import type { WitnessFile } from './witness-file.ts'

/** A restore while the server runs is noticed within this time. */
const CHECK_EVERY_MS = 5_000
/** An older state of the database is told from the current one when it is older than this. */
const RENEW_EVERY_MS = 60_000

export interface LogWatch {
  /** Looks now; also when it is not time yet. Rejects when the database is away. */
  check(): Promise<void>
  /** Leaves a new token, which no backup that was made meanwhile has. Never rejects. */
  stop(): Promise<void>
}

export interface WatchOptions {
  readonly db: Database
  readonly file: WitnessFile
  readonly life: Life
  readonly log: Pick<Logger, 'warn' | 'debug'>
  readonly checkEveryMs?: number
  readonly renewEveryMs?: number
}

/**
 * Notes again and again, in the database and in a file outside of it, a token that is new each time, and looks whether the
 * database still holds the last one (rule S6). When it does not, `ensureEpoch` judges, at the start and while the server runs alike.
 * Each start takes a new name: two servers with copies of one DATA_DIR do not stay each other's doubles.
 */
export async function watchLog(options: WatchOptions): Promise<LogWatch> {
  const { db, file, log, checkEveryMs = CHECK_EVERY_MS, renewEveryMs = RENEW_EVERY_MS } = options
  let note = await join(options.life, file.read()?.serverId ?? null)
  let renewedAt = performance.now()
  let running = Promise.resolve()
  const timer = setInterval(() => {
    inTurn(look).catch((error: unknown) => log.debug({ err: error }, 'the life of the log could not be checked'))
  }, checkEveryMs)
  timer.unref()

  /** In the database first: a note of a name that the database never heard of would look like a restore. */
  async function join({ epoch, database }: Life, formerId: string | null): Promise<WitnessNote> {
    const [serverId, token] = [randomUUID(), randomUUID()]
    await addWitness(db, { serverId, epoch, token })
    const joined = { serverId, database, epoch, tokens: [token] }
    await file.write(joined)
    if (formerId !== null) await removeWitness(db, formerId)
    return joined
  }

  function inTurn(work: () => Promise<void>): Promise<void> {
    const turn = running.catch(() => undefined).then(work)
    running = turn.catch(() => undefined)
    return turn
  }

  async function look(): Promise<void> {
    const isDue = performance.now() - renewedAt >= renewEveryMs
    const goesOn = (await isSameLife(db, note)) && (!isDue || (await renew()))
    if (!goesOn) await judge()
  }

  async function judge(): Promise<void> {
    const life = await ensureEpoch(db, { uncleanStart: false, note })
    if (life.sign !== null)
      log.warn({ epoch: life.epoch, sign: life.sign }, 'the database was restored: the change log begins a new epoch')
    note = await join(life, note.serverId)
    renewedAt = performance.now()
  }

  /** The file knows both tokens while the database may have either. */
  async function renew(): Promise<boolean> {
    const { serverId, epoch, tokens } = note
    const pending = tokens.length > 1 ? tokens.at(-1) : undefined
    const to = pending ?? randomUUID()
    if (pending === undefined) {
      const both = { ...note, tokens: [...tokens, to] }
      await file.write(both)
      note = both
    }
    if (!(await renewWitness(db, { serverId, epoch, from: note.tokens, to }))) return false
    note = { ...note, tokens: [to] }
    await file.write(note)
    renewedAt = performance.now()
    return true
  }

  return {
    check: () => inTurn(look),
    async stop() {
      clearInterval(timer)
      await inTurn(async () => {
        await renew()
      }).catch((error: unknown) => log.debug({ err: error }, 'the last note on the log was not left'))
      file.release()
    },
  }
}
