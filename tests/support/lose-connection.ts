/** Loses the connection of a database in the ways in which browsers lose it, at a chosen moment of its next write. */
import 'fake-indexeddb/auto'
import { forceCloseDatabase } from 'fake-indexeddb'
import type { LastingDb } from '../../src/db/lasting-db.ts'

/**
 * `before`: it is dead already, and nobody was told. `middle`: closed by the browser after the first row was written: nothing is
 * stored. `after`: everything was stored, and the browser reports the connection as lost all the same.
 */
export type LossMoment = 'before' | 'middle' | 'after'

const armed = new WeakMap<IDBDatabase, LossMoment>()
const begin = IDBDatabase.prototype.transaction

// Dexie keeps the method of each connection from its opening on: it has to be in place before.
IDBDatabase.prototype.transaction = function (this: IDBDatabase, ...args) {
  const transaction = begin.apply(this, args)
  const moment = args[1] === 'readwrite' ? armed.get(this) : undefined
  if (moment !== undefined) armed.delete(this)
  if (moment === 'middle') closeAtFirstWrite(this, transaction)
  if (moment === 'after') failAfterCommit(this, transaction)
  return transaction
}

/** Nothing happens while `db` has no connection. */
export function loseConnection(db: LastingDb, moment: LossMoment): void {
  const handle: IDBDatabase | null = db.backendDB()
  if (handle === null) return
  if (moment === 'before') handle.close()
  else armed.set(handle, moment)
}

/** As a browser whose disk fails does: closed, and the page is told. */
export function closeByBrowser(handle: IDBDatabase): void {
  // Its types ask for the class in place of an instance.
  Reflect.apply(forceCloseDatabase, undefined, [handle])
}

/** A browser that closes a connection aborts what runs on it; fake-indexeddb lets it end. */
function closeAtFirstWrite(handle: IDBDatabase, transaction: IDBTransaction): void {
  const openStore = transaction.objectStore.bind(transaction)
  transaction.objectStore = (name) => {
    const store = openStore(name)
    for (const method of ['add', 'put'] as const) {
      const write = store[method].bind(store)
      store[method] = (value: unknown, key?: IDBValidKey) => {
        const request = key === undefined ? write(value) : write(value, key)
        request.addEventListener('success', () => {
          transaction.abort()
          closeByBrowser(handle)
        })
        return request
      }
    }
    return store
  }
}

function failAfterCommit(handle: IDBDatabase, transaction: IDBTransaction): void {
  // The listener that Dexie sets is never told of the success.
  Object.defineProperty(transaction, 'oncomplete', { set: () => undefined, get: () => null })
  transaction.addEventListener('complete', () => {
    const error = new DOMException('Connection to Indexed Database server lost', 'UnknownError')
    Object.defineProperty(transaction, 'error', { value: error })
    handle.close()
    transaction.onabort?.(new Event('abort', { cancelable: true }))
  })
}
