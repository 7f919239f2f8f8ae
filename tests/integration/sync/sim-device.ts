import 'fake-indexeddb/auto'
import { CacheDb } from '../../../src/db/cache-db.ts'
import { createDeltaSync, type DeltaSync } from '../../../src/sync/delta-sync.ts'
import { createDiagnosticsLog, type DiagnosticsLog } from '../../../src/sync/diagnostics-log.ts'
import type { RefreshMode } from '../../../src/sync/machine/refresh.ts'
import { runRefresh } from '../../../src/sync/offline-sync.ts'
import type { HttpLike, LockManagerLike } from '../../../src/sync/ports.ts'
import type { FakeClock } from './fake-clock.ts'
import { SCOPE, type SimServer } from './sim-server.ts'

let devices = 0

/** The real sync of one tab over a fake IndexedDB and a simulated backend. */
export class SimDevice {
  readonly db: CacheDb
  readonly #server: SimServer
  readonly #clock: FakeClock
  readonly #random: () => number
  readonly #locks = createFakeLocks()
  readonly #zombies: DeltaSync[] = []
  readonly failures: unknown[] = []
  /** What the server says of this device. */
  checkDevice: () => Promise<void> = async () => undefined
  diagnostics: DiagnosticsLog
  sync: DeltaSync

  constructor(server: SimServer, clock: FakeClock, random: () => number = () => 0.5) {
    devices += 1
    this.db = new CacheDb(`sim-${devices}`)
    this.#server = server
    this.#clock = clock
    this.#random = random
    this.diagnostics = createDiagnosticsLog(clock)
    this.sync = this.#open()
  }

  start(): void {
    this.sync.start()
  }

  /** The tab dies and another begins on the same database. */
  restart(): void {
    this.sync.stop()
    this.sync = this.#open()
    this.sync.start()
  }

  /** Another tab begins to sync while this one still does: what a frozen tab does when it thaws. */
  startAnother(): void {
    this.#zombies.push(this.sync)
    this.sync = this.#open()
    this.sync.start()
  }

  /** Ends what startAnother left behind. */
  stopOthers(): void {
    for (const zombie of this.#zombies.splice(0)) zombie.stop()
  }

  async refresh(mode: RefreshMode) {
    const http = this.#http
    const now = this.#clock.now
    return await runRefresh(
      {
        db: this.db,
        http,
        locks: this.#locks,
        branchCode: SCOPE.branchCode,
        now,
        onFailure: (error) => this.failures.push(error),
      },
      mode,
    )
  }

  async stocks(): Promise<Record<number, string>> {
    const rows = await this.db.products.toArray()
    return Object.fromEntries(rows.map(({ id, name, stock }) => [id, `${name}:${stock}`]))
  }

  /** Every request takes some time: a clock that stood still would make "asked later" and "asked before" the same. */
  readonly #http: HttpLike = async (request) => {
    this.#clock.spend(1)
    return await this.#server.http(request)
  }

  #open(): DeltaSync {
    this.diagnostics = createDiagnosticsLog(this.#clock)
    return createDeltaSync({
      db: this.db,
      scope: SCOPE,
      clientId: 'DEV-1-tab',
      http: this.#http,
      connect: this.#server.connect,
      clock: this.#clock,
      random: this.#random,
      visibility: { isVisible: () => true, isOnline: () => true, onWake: () => () => undefined },
      diagnostics: this.diagnostics,
      requestRefresh: (mode) => this.refresh(mode),
      checkDevice: () => this.checkDevice(),
    })
  }
}

/** Web Locks of one device, without stealing. */
export function createFakeLocks(): LockManagerLike {
  const tails = new Map<string, Promise<unknown>>()
  return {
    async request(name, { ifAvailable = false }, work) {
      const tail = tails.get(name)
      if (tail && ifAvailable) return undefined
      const run = (tail ?? Promise.resolve()).then(work, work)
      const guarded = run
        .catch(() => undefined)
        .then(() => {
          if (tails.get(name) === guarded) tails.delete(name)
        })
      tails.set(name, guarded)
      return await run
    },
  }
}
