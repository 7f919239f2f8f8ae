/**
 * A database whose connection may be lost while the app runs: Safari loses it ("Connection to Indexed Database server lost"),
 * every browser closes it when a disk fails or storage is cleared. Nothing is ever tried on a dead connection again:
 *
 *     transaction fails by a lost connection → new connection → the same transaction once more
 *     the browser says `close`               → new connection → live queries read again
 *     the page is put away (`putAway`)       → what is under way is given up; back again, it is the same as a lost connection
 *
 * The lost transaction may have been committed after all. So the scope of a transaction that writes must do no harm when it runs
 * a second time: it finds by its own keys what the first time left.
 */
import {
  type DBCoreTransaction,
  Dexie,
  type PromiseExtended,
  type Table,
  type TransactionMode,
  type TXWithTables,
} from 'dexie'
import { COARSE_WRITES } from './coarse-writes.ts'
import { isConnectionLost } from './storage-error.ts'

export type ConnectionNews =
  | { readonly type: 'lost'; readonly database: string; readonly error: unknown }
  | { readonly type: 'reopened'; readonly database: string }
  /** There is no new connection yet; opening is tried again. */
  | { readonly type: 'failed'; readonly database: string; readonly error: unknown }

/** Pauses before each attempt to open again, ms: a browser that restarts its storage process needs a moment. */
const OPEN_AFTER_MS = [0, 50, 250, 1000, 3000] as const
const OPEN_AGAIN_MS = 10_000

type Scope<Db extends Dexie, T> = (transaction: TXWithTables<Db>) => PromiseLike<T> | T

export class LastingDb extends Dexie {
  private readonly connectionListeners = new Set<(news: ConnectionNews) => void>()
  private readonly returnListeners = new Set<() => void>()
  private readonly underWay = new Set<DBCoreTransaction>()
  private isPutAway = false
  private reopening: Promise<void> | null = null

  constructor(name: string, options?: ConstructorParameters<typeof Dexie>[1]) {
    super(name, options)
    const watch = () => {
      const connection = this.backendDB()
      // This event comes only when the browser closes the connection, not when the app does.
      connection?.addEventListener('close', () => this.reopenQuietly(connection, new Error('closed by the browser')))
    }
    this.on('ready', watch, true)
    // The database was deleted while the app runs. Dexie closes it; open a new one, since nothing on the screen is stored any more.
    this.on('versionchange', ({ newVersion }) => {
      if (newVersion === null) queueMicrotask(() => this.reopenQuietly(null, new Error('deleted by the browser')))
    })
    this.use(COARSE_WRITES)
    this.use({
      stack: 'dbcore',
      name: 'under-way',
      create: (core) => ({ ...core, transaction: (...given) => this.follow(core.transaction(...given)) }),
    })
  }

  /**
   * The browser is about to stop this page, and may let it go on later. A stopped page keeps its transactions open, and in WebKit
   * every other page that needs their tables waits for it, a blank one for its first reading, for minutes.
   */
  putAway(): void {
    this.isPutAway = true
    for (const transaction of this.underWay) abort(transaction)
  }

  /** The page goes on. */
  takeBack(): void {
    if (!this.isPutAway) return
    this.isPutAway = false
    for (const listener of [...this.returnListeners]) listener()
  }

  /** True while the page is put away. Readings that fail meanwhile say nothing about the connection. */
  get isAway(): boolean {
    return this.isPutAway
  }

  /** Calls back whenever the page goes on after it was put away. Returns the way to stop. */
  onReturn(listener: () => void): () => void {
    this.returnListeners.add(listener)
    return () => this.returnListeners.delete(listener)
  }

  private follow(transaction: DBCoreTransaction): DBCoreTransaction {
    if (this.isPutAway) abort(transaction)
    else if (isEventSource(transaction)) {
      this.underWay.add(transaction)
      for (const end of ['complete', 'abort']) {
        transaction.addEventListener(end, () => this.underWay.delete(transaction))
      }
    }
    return transaction
  }

  /** Calls back whenever the connection is lost and found. Returns the way to stop. */
  onConnection(listener: (news: ConnectionNews) => void): () => void {
    this.connectionListeners.add(listener)
    return () => this.connectionListeners.delete(listener)
  }

  /** For a loss that was met outside of a transaction. `dead`: the connection that was used. */
  reopenQuietly(dead: IDBDatabase | null, error: unknown): void {
    // The listeners have been told what went wrong.
    void this.reopen(dead, error).catch(() => undefined)
  }

  /** As Dexie's; tried once more when the connection is lost, unless it is part of another transaction or closed on purpose. */
  override transaction<U>(
    mode: TransactionMode,
    tables: readonly (string | Table)[],
    scope: Scope<this, U>,
  ): PromiseExtended<U>
  override transaction<U>(mode: TransactionMode, table1: string | Table, scope: Scope<this, U>): PromiseExtended<U>
  override transaction<U>(
    mode: TransactionMode,
    table1: string | Table,
    table2: string | Table,
    scope: Scope<this, U>,
  ): PromiseExtended<U>
  override transaction<U>(
    mode: TransactionMode,
    table1: string | Table,
    table2: string | Table,
    table3: string | Table,
    scope: Scope<this, U>,
  ): PromiseExtended<U>
  override transaction<U>(
    mode: TransactionMode,
    table1: string | Table,
    table2: string | Table,
    table3: string | Table,
    table4: string | Table,
    scope: Scope<this, U>,
  ): PromiseExtended<U>
  override transaction<U>(
    mode: TransactionMode,
    table1: string | Table,
    table2: string | Table,
    table3: string | Table,
    table4: string | Table,
    table5: string | Table,
    scope: Scope<this, U>,
  ): PromiseExtended<U>
  override transaction(mode: TransactionMode, ...rest: readonly unknown[]): PromiseExtended<unknown> {
    const scope = rest.at(-1)
    if (!isScope(scope)) throw new TypeError('a transaction needs a scope')
    const tables = rest.slice(0, -1).flat().filter(isTable)
    const run = () => super.transaction(mode, tables, scope)
    if (Dexie.currentTransaction) return run()
    const used = this.backendDB()
    return run().catch((error: unknown) => {
      if (!isConnectionLost(error) || this.hasBeenClosed()) return Dexie.Promise.reject(error)
      return Dexie.Promise.resolve(this.reopen(used, error)).then(run)
    })
  }

  /** Opens one new connection for all callers. Rejects when the browser gives none for now. */
  private reopen(dead: IDBDatabase | null, error: unknown): Promise<void> {
    if (this.reopening === null) {
      // Another caller may have met the same loss, and opened it again already.
      if (this.isOpen() && this.backendDB() !== dead) return Promise.resolve()
      this.tell({ type: 'lost', database: this.name, error })
      this.reopening = this.openAgain(dead).finally(() => {
        this.reopening = null
      })
    }
    return this.reopening
  }

  private async openAgain(dead: IDBDatabase | null): Promise<void> {
    let failure: unknown
    for (const delayMs of OPEN_AFTER_MS) {
      if (delayMs > 0) await new Promise<void>((resolve) => setTimeout(resolve, delayMs))
      if (this.hasBeenClosed()) throw new Dexie.DatabaseClosedError()
      try {
        if (dead !== null && this.backendDB() === dead) this.close({ disableAutoOpen: false })
        await this.open()
        this.tell({ type: 'reopened', database: this.name })
        return
      } catch (error) {
        failure = error
      }
    }
    this.tell({ type: 'failed', database: this.name, error: failure })
    setTimeout(() => {
      if (!this.isOpen() && !this.hasBeenClosed()) this.reopenQuietly(null, failure)
    }, OPEN_AGAIN_MS)
    throw failure
  }

  private tell(news: ConnectionNews): void {
    for (const listener of [...this.connectionListeners]) listener(news)
  }
}

function abort(transaction: DBCoreTransaction): void {
  try {
    transaction.abort()
  } catch {
    // It is being committed already, and ends by itself.
  }
}

/** Below Dexie lies IndexedDB's own transaction, of which Dexie's types tell less. */
function isEventSource(value: object): value is Pick<EventTarget, 'addEventListener'> {
  return 'addEventListener' in value && typeof value.addEventListener === 'function'
}

/** Dexie hands the transaction to it; what takes no argument fits every database's. */
function isScope(value: unknown): value is () => unknown {
  return typeof value === 'function'
}

function isTable(value: unknown): value is string | Table {
  return typeof value === 'string' || (typeof value === 'object' && value !== null)
}
