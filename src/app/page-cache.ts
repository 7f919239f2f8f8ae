import type { LastingDb } from '../db/lasting-db.ts'
import { onPage } from '../ui/page-life.ts'

/**
 * Gives up what the databases are doing when the browser puts this page into the back/forward cache or freezes it, and goes on when it is
 * shown again: every other tab would wait for a transaction that stands still.
 */
export function putAwayWithPage(databases: readonly LastingDb[]): void {
  const putAway = () => {
    for (const database of databases) database.putAway()
  }
  const takeBack = () => {
    for (const database of databases) database.takeBack()
  }
  onPage(['kept', 'frozen'], putAway)
  onPage(['restored', 'loaded', 'resumed'], takeBack)
}
