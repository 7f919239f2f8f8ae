import { Dexie } from 'dexie'

/**
 * Dexie's options for databases whose schema the code declares. Dexie opens a database that is of a newer version than it
 * declares as it stands, and would write rows of an old shape into it; here such an opening fails with VersionError instead.
 */
export function strictIndexedDb(): { indexedDB?: IDBFactory } {
  const { indexedDB: factory } = Dexie.dependencies
  if (!factory) return {}
  const strict: IDBFactory = {
    open(name, version) {
      if (version === undefined) throw new DOMException(`${name} is of a newer version than this app`, 'VersionError')
      return factory.open(name, version)
    },
    deleteDatabase: (name) => factory.deleteDatabase(name),
    databases: () => factory.databases(),
    cmp: (first, second) => factory.cmp(first, second),
  }
  return { indexedDB: strict }
}
