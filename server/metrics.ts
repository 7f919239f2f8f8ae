import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import { SECURITY_KINDS, type SecurityKind } from '../src/contract/owner-security.ts'

/** What Prometheus may know of this process. A registry of its own: two apps in one process (tests) don't mix. */
export interface Metrics {
  readonly registry: Registry
  /** `route` is the pattern, never the URL: each value is a time series of its own. */
  observeRequest(request: { method: string; route: string; status: number; seconds: number }): void
  /** The broker acknowledged an event, so many seconds after it was written. */
  observePublished(seconds: number): void
  countPublishFailure(): void
  /** An event too large to be published. */
  countSkipped(): void
  countLeft(events: number): void
  /** Events that wait for the broker's acknowledgement, asked at each scrape. */
  watchBacklog(read: () => Promise<number>): void
  setMqttConnected(connected: boolean): void
  countSecurityEvent(kind: SecurityKind): void
}

export function createMetrics(): Metrics {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const requests = new Histogram({
    name: 'mstore_http_request_duration_seconds',
    help: 'Time from a request to the end of its answer',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers: [registry],
  })
  const published = new Counter({
    name: 'mstore_events_published_total',
    help: 'Events that the broker has acknowledged',
    registers: [registry],
  })
  const publishLatency = new Histogram({
    name: 'mstore_publish_latency_seconds',
    help: 'Time from the change in the database to the acknowledgement of the broker',
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 30],
    registers: [registry],
  })
  const failures = new Counter({
    name: 'mstore_publish_failures_total',
    help: 'Events that the broker did not acknowledge and that are sent again',
    registers: [registry],
  })
  const skipped = new Counter({
    name: 'mstore_events_skipped_total',
    help: 'Events too large to be published; devices fetch them',
    registers: [registry],
  })
  const left = new Counter({
    name: 'mstore_events_left_to_log_total',
    help: 'Events of floods that were not published one by one; devices fetch them',
    registers: [registry],
  })
  const mqttConnected = new Gauge({
    name: 'mstore_mqtt_connected',
    help: '1 while the publisher is connected to the broker',
    registers: [registry],
  })
  mqttConnected.set(0)
  const security = new Counter({
    name: 'mstore_security_events_total',
    help: 'Sign-ins, refusals and other events that concern the safety of a shop',
    labelNames: ['kind'],
    registers: [registry],
  })
  // An alert on a rate needs a beginning.
  for (const kind of SECURITY_KINDS) security.inc({ kind }, 0)
  return {
    registry,
    observeRequest: ({ method, route, status, seconds }) => requests.observe({ method, route, status }, seconds),
    observePublished(seconds) {
      published.inc()
      publishLatency.observe(Math.max(0, seconds))
    },
    countPublishFailure: () => failures.inc(),
    countSkipped: () => skipped.inc(),
    countLeft: (events) => left.inc(events),
    watchBacklog(read) {
      new Gauge({
        name: 'mstore_publish_backlog',
        help: 'Events of all branches that are in the log and not yet acknowledged by the broker',
        registers: [registry],
        async collect() {
          this.set(await read().catch(() => Number.NaN))
        },
      })
    },
    countSecurityEvent: (kind) => security.inc({ kind }),
    setMqttConnected: (connected) => mqttConnected.set(connected ? 1 : 0),
  }
}
