import type { LastingDb } from '../db/lasting-db.ts'
import { onPage } from '../ui/page-life.ts'

/**
 * Aborts open transactions before the browser freezes this page or puts it into the back/forward cache, and opens the databases
 * again when the page resumes: a transaction left open in a frozen page would block every other tab.
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
