import { Dexie, type Table } from 'dexie'

/**
 * Another tab stands still inside a transaction over these tables, which it opens itself. Resolves once it does, to what lets
 * it go on to its end.
 */
export async function standStill(db: Dexie, mode: 'r' | 'rw', tables: readonly Table[]): Promise<() => Promise<void>> {
  let letGo = (): void => undefined
  const end = new Promise<void>((resolve) => {
    letGo = resolve
  })
  let held: PromiseLike<unknown> = Promise.resolve()
  await new Promise<void>((begun) => {
    held = db.transaction(mode, [...tables], async () => {
      await tables[0]?.count()
      begun()
      await Dexie.waitFor(end)
    })
  })
  return async () => {
    letGo()
    await held
  }
}
