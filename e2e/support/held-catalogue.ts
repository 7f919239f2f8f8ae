/** Runs in the page: what reads the whole catalogue waits for `releaseCatalogue()`; a few rows by their keys do not. */

declare global {
  interface Window {
    releaseCatalogue?: () => void
  }
}

export function holdCatalogue(): void {
  let isHeld = true
  window.releaseCatalogue = () => {
    isHeld = false
  }
  const { getAll } = IDBObjectStore.prototype
  IDBObjectStore.prototype.getAll = function (this: IDBObjectStore, ...given: Parameters<typeof getAll>) {
    if (this.name !== 'products' || !isHeld) return getAll.apply(this, given)
    // Answers once it is released; until then it keeps its transaction open by asking for nothing.
    const held: Partial<Pick<IDBRequest, 'onsuccess' | 'onerror'>> = {}
    const ask = () => {
      if (isHeld) this.get(0).onsuccess = ask
      else Object.assign(getAll.apply(this, given), held)
    }
    ask()
    return held as IDBRequest
  }
}
