/** The page as the engine sees it, which may be beside it. */
import { createListeners } from '../observable.ts'
import type { VisibilityLike } from '../ports.ts'
import type { PageNews, PageSurroundings } from './engine-port.ts'

export interface Surroundings extends VisibilityLike {
  set(surroundings: PageSurroundings, news: PageNews): void
}

export function createSurroundings(initial: PageSurroundings): Surroundings {
  let present = initial
  const wakes = createListeners()
  return {
    isVisible: () => present.isVisible,
    isOnline: () => present.isOnline,
    onWake: wakes.add,
    set(surroundings, news) {
      present = surroundings
      if (news === 'woken') wakes.tell()
    },
  }
}
