/**
 * A database as it stands, whichever version of the app made it: for what must be readable when it can't be opened properly.
 * Nothing here creates, upgrades or writes anything.
 */
import { Dexie } from 'dexie'

/** IndexedDB's version of a database; null: there is none. Rejects when the browser refuses. */
export async function readInstalledVersion(name: string): Promise<number | null> {
  const db = await openAsIs(name)
  const version = db?.version ?? null
  db?.close()
  return version
}

/** All records of a store. Empty when there is no such database or store. Rejects when it can't be read. */
export async function readAsStored(name: string, store: string): Promise<unknown[]> {
  const db = await openAsIs(name)
  if (!db) return []
  try {
    if (!db.objectStoreNames.contains(store)) return []
    return await new Promise<unknown[]>((resolve, reject) => {
      const reading = db.transaction(store).objectStore(store).getAll()
      reading.onsuccess = () => resolve(reading.result)
      reading.onerror = () => reject(reading.error)
    })
  } finally {
    db.close()
  }
}

/** How long another connection may hold it up, ms. */
const PATIENCE_MS = 10_000

async function openAsIs(name: string): Promise<IDBDatabase | null> {
  const { indexedDB: factory } = Dexie.dependencies
  if (!factory) throw new DOMException('This browser has no IndexedDB', 'NotSupportedError')
  let timer: ReturnType<typeof setTimeout> | undefined
  let isGivenUp = false
  try {
    return await new Promise((resolve, reject) => {
      const opening = factory.open(name)
      let isMissing = false
      timer = setTimeout(() => {
        isGivenUp = true
        reject(new DOMException(`${name} is held up by another connection`, 'TimeoutError'))
      }, PATIENCE_MS)
      // Opening without a version creates a missing database: abort, so that it is not created.
      opening.onupgradeneeded = () => {
        isMissing = true
        opening.transaction?.abort()
      }
      opening.onsuccess = () => {
        const db = opening.result
        db.onversionchange = () => db.close()
        if (isGivenUp) db.close()
        else resolve(db)
      }
      opening.onerror = (event) => {
        event.preventDefault()
        if (isMissing) resolve(null)
        else reject(opening.error)
      }
    })
  } finally {
    clearTimeout(timer)
  }
}
