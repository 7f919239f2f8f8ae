/** The page as the engine sees it, which may be beside it. */
import type { VisibilityLike } from '../ports.ts'
import type { PageNews, PageSurroundings } from './engine-port.ts'

export interface Surroundings extends VisibilityLike {
  set(surroundings: PageSurroundings, news: PageNews): void
}

export function createSurroundings(initial: PageSurroundings): Surroundings {
  let present = initial
  const listeners = new Set<() => void>()
  return {
    isVisible: () => present.isVisible,
    isOnline: () => present.isOnline,
    onWake(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    set(surroundings, news) {
      present = surroundings
      if (news === 'woken') for (const listener of [...listeners]) listener()
    },
  }
}
