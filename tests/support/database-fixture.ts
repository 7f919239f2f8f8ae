/**
 * IndexedDB databases as a file: recorded once from a version of the app that was in use (e2e/record), and put back before a test
 * opens them with today's. Nothing here knows a schema: a fixture holds stores, indexes and rows as they were.
 */
import { randomUUID } from 'node:crypto'

export interface StoreFixture {
  readonly name: string
  readonly keyPath: string | string[] | null
  readonly autoIncrement: boolean
  readonly indexes: readonly {
    readonly name: string
    readonly keyPath: string | string[]
    readonly unique: boolean
    readonly multiEntry: boolean
  }[]
  readonly rows: readonly unknown[]
}

export interface DatabaseFixture {
  readonly name: string
  /** IndexedDB's own version: tenfold Dexie's. */
  readonly version: number
  readonly stores: readonly StoreFixture[]
}

/** What every recording numbers its rows with, so that they can be told from all other numbers in its text. */
export const RECORDED = {
  products: 70_010_000,
  inventory: 70_030_000,
  staff: 70_020_000,
} as const

/** Runs in a page too, so it uses nothing around it. Reads these databases as they stand. */
export async function dumpDatabases(names: readonly string[]): Promise<DatabaseFixture[]> {
  const settled = <T>(request: IDBRequest<T>): Promise<T> =>
    new Promise((resolve, reject) => {
      request.onsuccess = () => resolve(request.result)
      request.onerror = () => reject(request.error)
    })
  const fixtures: DatabaseFixture[] = []
  for (const name of names) {
    const db = await settled(indexedDB.open(name))
    const reading = db.transaction([...db.objectStoreNames])
    const stores = await Promise.all(
      [...db.objectStoreNames].map(async (storeName): Promise<StoreFixture> => {
        const store = reading.objectStore(storeName)
        const indexes = [...store.indexNames].map((indexName) => {
          const { keyPath, unique, multiEntry } = store.index(indexName)
          return { name: indexName, keyPath, unique, multiEntry }
        })
        const { keyPath, autoIncrement } = store
        return { name: storeName, keyPath, autoIncrement, indexes, rows: await settled(store.getAll()) }
      }),
    )
    fixtures.push({ name, version: db.version, stores })
    db.close()
  }
  return fixtures
}

/** Runs in a page too, so it uses nothing around it. Creates these databases; rejects when one of them is there. */
export async function restoreDatabases(fixtures: readonly DatabaseFixture[]): Promise<void> {
  for (const { name, version, stores } of fixtures) {
    await new Promise<void>((resolve, reject) => {
      const opening = indexedDB.open(name, version)
      opening.onerror = () => reject(opening.error)
      opening.onupgradeneeded = ({ oldVersion }) => {
        if (oldVersion !== 0) {
          reject(new Error(`${name} is there already`))
          opening.transaction?.abort()
          return
        }
        for (const { name: storeName, keyPath, autoIncrement, indexes, rows } of stores) {
          const store = opening.result.createObjectStore(storeName, { keyPath, autoIncrement })
          for (const index of indexes) {
            store.createIndex(index.name, index.keyPath, { unique: index.unique, multiEntry: index.multiEntry })
          }
          for (const row of rows) store.put(row)
        }
      }
      opening.onsuccess = () => {
        opening.result.close()
        resolve()
      }
    })
  }
}

/** Names of `texts` and numbers of `ids` in a recording, with what they are replaced by. */
export interface Renaming {
  readonly texts: readonly (readonly [from: string, to: string])[]
  readonly ids: readonly (readonly [from: number, to: number])[]
  /** Moves every time so that what was recorded last happened then, client ms. */
  readonly now: number
}

const UUID = /\b[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}\b/g
/** Milliseconds since 1970 of the years 2024 to 2033. */
const TIME_MS = /\b(?:1[7-9]\d{11})(?!\d)/g
/** A minute of the journal, counted since 1970. */
const MINUTE = /(?<="minute":)\d{8}\b/g
const TIME_ISO = /\b20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{3})?Z/g

/**
 * A recording as another device, branch and time would have made it: other names, other row ids, other offline ids (a server
 * books each once), and all times moved by the same span.
 */
export function renameRecording(
  fixtures: readonly DatabaseFixture[],
  { texts, ids, now }: Renaming,
): readonly DatabaseFixture[] {
  let text = JSON.stringify(fixtures)
  const kept = new Set(texts.map(([, to]) => to))
  for (const [from, to] of texts) text = text.replaceAll(from, to)
  const times = [...text.matchAll(TIME_MS)].map(([time]) => Number(time))
  const moved = now - times.reduce((latest, time) => Math.max(latest, time), 0)
  const uuids = new Map<string, string>()
  text = text
    .replaceAll(TIME_MS, (time) => String(Number(time) + moved))
    .replaceAll(MINUTE, (minute) => String(Number(minute) + Math.round(moved / 60_000)))
    .replaceAll(TIME_ISO, (time) => new Date(Date.parse(time) + moved).toISOString())
    .replaceAll(UUID, (id) => {
      if (kept.has(id)) return id
      const known = uuids.get(id) ?? randomUUID()
      uuids.set(id, known)
      return known
    })
  for (const [from, to] of ids) text = text.replaceAll(String(from), String(to))
  return JSON.parse(text)
}
