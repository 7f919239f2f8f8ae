import type { Metrics } from '../metrics.ts'
import type { PublisherObserver } from '../publisher/branch-publisher.ts'

/** Counts what the publisher does. */
export function observePublisher(metrics: Metrics): PublisherObserver {
  return {
    published: (latencyMs) => metrics.observePublished(latencyMs / 1000),
    failed: () => metrics.countPublishFailure(),
    skipped: () => metrics.countSkipped(),
    left: (events) => metrics.countLeft(events),
  }
}
