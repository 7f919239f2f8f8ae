import type { KnownEvent } from '../../contract/events.ts'
import type { EventPreview } from '../live/log-follower.ts'
import type { ClockLike } from '../ports.ts'

/** A screen shows nothing more often than about each 16 ms; a crowd of events goes over in a quarter as many messages. ms */
const GATHER_MS = 4

/**
 * Received events on their way to the screen: the first at once, what follows within GATHER_MS together. Without a version nothing tells
 * whether the stored row has come that far, so those are shown once they are stored (rule V2).
 */
export function gatherAnticipated(clock: ClockLike, page: EventPreview): EventPreview {
  let gathered: KnownEvent[] = []
  let isGathering = false

  function send(): void {
    if (gathered.length === 0) {
      isGathering = false
      return
    }
    isGathering = true
    const events = gathered
    gathered = []
    page.anticipate(events)
    clock.after(GATHER_MS, send)
  }

  return {
    anticipate(events) {
      for (const event of events) {
        if (event.type === 'stock_updated' && event.data.version !== undefined) gathered.push(event)
      }
      if (!isGathering) send()
    },
    forget() {
      gathered = []
      page.forget()
    },
  }
}
