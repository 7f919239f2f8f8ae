/**
 * This device's password at the broker: given out by the server, kept beside the token, so that the broker is reached while REST is
 * away, and made anew daily. A token is no use without the device's key, and MQTT can prove no key. Only the tab that holds the
 * connection asks. A backend that gives out none takes the token.
 */
import { mqttPasswordAnswerSchema } from '../../contract/device.ts'
import { PATHS } from '../../contract/rest.ts'
import type { CacheDb } from '../../db/cache-db.ts'
import { forgetMqttPassword, keepMqttPassword } from '../../db/device.ts'
import { readMeta } from '../../db/meta.ts'
import type { KeptPassword } from '../../db/rows.ts'
import { HttpFailure } from '../errors.ts'
import { failureKind } from '../failure-kind.ts'
import { createListeners } from '../observable.ts'
import type { ClockLike, FailureJournal, HttpLike, MqttPasswordLike } from '../ports.ts'
import { readAnswer } from '../read-answer.ts'
import { createTimers, within } from '../timers.ts'
import { judgePassword } from './judge-password.pure.ts'

interface MqttPasswordDeps {
  readonly db: CacheDb
  readonly http: HttpLike
  /** The device's token; it is the password where the backend gives out none. */
  readonly token: string
  readonly clock: ClockLike
  readonly journal: FailureJournal
  /** Asks the server who this device is, and then this for `settle`. Several calls at once ask once. */
  readonly askServer: () => Promise<void>
}

export interface MqttPassword extends MqttPasswordLike {
  /**
   * After the server has said who this device is. `isOwn`: it gives out passwords. Rejects with HttpFailure when it gives none although
   * one is needed.
   */
  settle(isOwn: boolean): Promise<void>
  stop(): void
}

/** Look this often whether the password has grown old, ms: a connection may last for weeks. */
const LOOK_EVERY_MS = 60 * 60 * 1000
/** Wait this long for the server, ms; then try the stored password, which may well be right. */
const ASK_FIRST_MS = 4000

export function createMqttPassword(deps: MqttPasswordDeps): MqttPassword {
  const { db, http, token, clock, journal } = deps
  const timers = createTimers(clock)
  let refused: string | null = null
  let isOwn = false
  /** A password that the database refused to store. */
  let unstored: KeptPassword | null = null
  let asking: Promise<void> | null = null
  const listeners = createListeners<[password: string]>()

  async function readKept(): Promise<KeptPassword | null> {
    return unstored ?? (await readMeta(db, 'mqtt_password')) ?? null
  }

  async function keep(password: string): Promise<void> {
    const made = { password, at: clock.now() }
    unstored = made
    try {
      await keepMqttPassword(db, token, made)
      unstored = null
    } catch (error) {
      journal.note(failureKind(error, 'storage'), 'Broker password', error)
    }
    listeners.tell(password)
  }

  /** Asks once at a time. A refusal that comes meanwhile is about the old password. */
  function renew(): Promise<void> {
    asking ??= renewOnce().finally(() => {
      asking = null
    })
    return asking
  }

  async function renewOnce(): Promise<void> {
    const kept = await readKept()
    const step = judgePassword(kept, refused, clock.now())
    if (step === 'keep') return
    const body = step === 'show' && kept !== null ? { held: kept.password } : {}
    try {
      const answer = await http({ method: 'POST', path: PATHS.mqttPassword, body })
      const { mqtt_password: password } = readAnswer(mqttPasswordAnswerSchema, answer).data
      if (password !== null) await keep(password)
      refused = null
    } catch (error) {
      const isUsable = step === 'ask' && kept !== null
      const isUnknownThere = error instanceof HttpFailure && error.class === 'unsupported'
      if (!isUsable && !isUnknownThere) throw error
      journal.note(failureKind(error, 'crash'), 'Broker password', error)
    }
  }

  function lookLater(): void {
    timers.set('look', LOOK_EVERY_MS, () => {
      lookLater()
      if (!isOwn) return
      renew().catch((error: unknown) => journal.note(failureKind(error, 'crash'), 'Broker password', error))
    })
  }
  lookLater()

  return {
    async read() {
      const kept = await readKept()
      if (kept !== null && judgePassword(kept, refused, clock.now()) === 'keep') return kept.password
      // Ignore a failure here: the connection's own check reports it.
      const answer = deps.askServer().catch(() => undefined)
      await within(clock, ASK_FIRST_MS, answer)
      return (await readKept())?.password ?? token
    },
    refused(password) {
      refused = password
    },
    onNew: listeners.add,
    async settle(own) {
      isOwn = own
      if (own) return await renew()
      unstored = null
      await forgetMqttPassword(db, token)
    },
    stop: timers.clearAll,
  }
}
