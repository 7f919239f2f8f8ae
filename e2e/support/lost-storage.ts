/** A browser that loses its databases under a running page, as Safari does, and every browser whose disk fails. */
import type { BrowserContext, Page } from '@playwright/test'

/**
 * `silent`: the connection is dead, and nobody is told. `closed`: the browser closes it and says so. `mid-sale`: closed between two
 * rows of a sale, whose transaction the browser aborts. `after-sale`: the sale was stored, and reported as lost all the same.
 */
export type LossMoment = 'silent' | 'closed' | 'mid-sale' | 'after-sale'

/** Goes into `prepare`: the pages of this tablet can lose their connections from then on. */
export async function makeLosable(context: BrowserContext): Promise<void> {
  await context.addInitScript(() => {
    const connections = new Set<IDBDatabase>()
    let armed: 'mid-sale' | 'after-sale' | null = null
    // A dead connection answers nothing any more, and tells its page afterwards.
    let losses = 0
    const lose = (connection: IDBDatabase, isTold: boolean) => {
      losses += 1
      connections.delete(connection)
      connection.close()
      if (isTold) setTimeout(() => connection.dispatchEvent(new Event('close')), 0)
    }
    const open = IDBFactory.prototype.open
    IDBFactory.prototype.open = function (...args) {
      const opening = open.apply(this, args)
      opening.addEventListener('success', () => connections.add(opening.result))
      return opening
    }
    const begin = IDBDatabase.prototype.transaction
    IDBDatabase.prototype.transaction = function (...args) {
      const transaction = begin.apply(this, args)
      if (armed === null || args[1] !== 'readwrite' || !transaction.objectStoreNames.contains('carts'))
        return transaction
      if (!transaction.objectStoreNames.contains('operations')) return transaction
      const moment = armed
      armed = null
      if (moment === 'after-sale') {
        // Whoever waits for the end of it never hears of the success.
        Object.defineProperty(transaction, 'oncomplete', { set: () => undefined, get: () => null })
        transaction.addEventListener('complete', () => {
          const error = new DOMException('Connection to Indexed Database server lost', 'UnknownError')
          Object.defineProperty(transaction, 'error', { value: error })
          lose(this, true)
          transaction.onabort?.(new Event('abort', { cancelable: true }))
        })
        return transaction
      }
      const store = transaction.objectStore('operations')
      const add = store.add
      IDBObjectStore.prototype.add = function (...written) {
        const request = add.apply(this, written)
        if (this.transaction !== transaction) return request
        request.addEventListener('success', () => {
          transaction.abort()
          lose(this.transaction.db, true)
        })
        return request
      }
      return transaction
    }
    Object.assign(window, {
      countLosses: () => losses,
      loseStorage: (moment: 'silent' | 'closed' | 'mid-sale' | 'after-sale') => {
        if (moment === 'mid-sale' || moment === 'after-sale') armed = moment
        else for (const connection of [...connections]) lose(connection, moment === 'closed')
      },
    })
  })
}

/** The page loses all its connections now, or that of its sales with its next sale. */
export async function loseStorage(page: Page, moment: LossMoment): Promise<void> {
  await page.evaluate((when) => Reflect.get(window, 'loseStorage')(when), moment)
}

/** How many connections this page has lost. */
export async function countLosses(page: Page): Promise<number> {
  return await page.evaluate(() => Reflect.get(window, 'countLosses')())
}

/** What the person does in the browser's settings, or the system when it needs the room: every database is gone. */
export async function takeStorage(page: Page): Promise<void> {
  const session = await page.context().newCDPSession(page)
  const { origin } = new URL(page.url())
  await session.send('Storage.clearDataForOrigin', { origin, storageTypes: 'indexeddb' })
  await session.detach()
}

/** How full the browser says that it is; without this it has room for years. */
export async function fillStorage(context: BrowserContext, share: number): Promise<void> {
  await context.addInitScript((used) => {
    // A page that is not of the app yet has none.
    if (!('StorageManager' in window)) return
    const quota = 2_000_000_000
    StorageManager.prototype.estimate = () => Promise.resolve({ quota, usage: used * quota })
  }, share)
}
