/** How many of something may be open at the same time, in all and by address. Pure but for its memory. */
export interface OpenLimits {
  readonly total: number
  readonly ofAddress: number
}

/** `full`: as many as there may be. `too-many`: this address has as many as it may. */
export type OpenRefusal = 'full' | 'too-many'

export interface OpenGate {
  /** Counts one in and gives what counts it out, once however often it is called; or says why it may not come in. */
  enter(address: string): (() => void) | OpenRefusal
}

export function createOpenGate(limits: OpenLimits): OpenGate {
  const ofAddress = new Map<string, number>()
  let total = 0

  function leave(address: string): void {
    total -= 1
    const left = (ofAddress.get(address) ?? 0) - 1
    if (left > 0) ofAddress.set(address, left)
    else ofAddress.delete(address)
  }

  return {
    enter(address) {
      const count = ofAddress.get(address) ?? 0
      if (count >= limits.ofAddress) return 'too-many'
      if (total >= limits.total) return 'full'
      total += 1
      ofAddress.set(address, count + 1)
      let isIn = true
      return () => {
        if (isIn) leave(address)
        isIn = false
      }
    },
  }
}
