/**
 * On whose behalf the database is asked: it follows a request through all that it awaits, so that no query has to name it.
 * turn-queue.ts lets the parties take turns.
 */
import { AsyncLocalStorage } from 'node:async_hooks'

const parties = new AsyncLocalStorage<string>()

/** The server's own work: publisher, health, start. */
const SERVER = 'server'

/** Runs `work`, and whatever it begins, as work of this party. */
export function asParty<T>(party: string, work: () => T): T {
  return parties.run(party, work)
}

export function currentParty(): string {
  return parties.getStore() ?? SERVER
}
