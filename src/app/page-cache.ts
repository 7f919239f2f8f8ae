import type { LastingDb } from '../db/lasting-db.ts'

/** Gives up what the databases are doing when the browser keeps this page for the way back, and goes on when it comes back. */
export function putAwayWithPage(databases: readonly LastingDb[]): void {
  window.addEventListener('pagehide', ({ persisted }) => {
    if (persisted) for (const database of databases) database.putAway()
  })
  window.addEventListener('pageshow', () => {
    for (const database of databases) database.takeBack()
  })
}
