import type { FastifyBaseLogger } from 'fastify'
import type { Broker } from './broker/broker.ts'
import type { CatalogueImports } from './catalogue/import-catalogue.ts'
import type { CausedLines } from './caused-lines.ts'
import type { Database } from './database.ts'
import type { Metrics } from './metrics.ts'
import type { SecurityLog } from './security/security-log.ts'
import type { ServedResource } from './sql/resources.ts'

/** Everything that the web server's routes need. Tests hand in an in-memory database and a fake broker. */
export interface AppDeps {
  readonly db: Database
  readonly broker: Broker
  readonly metrics: Metrics
  readonly log: FastifyBaseLogger
  readonly security: SecurityLog
  /** First level of the topics. */
  readonly appEnv: string
  readonly adminToken: string
  /** Origin that printed links use. */
  readonly publicUrl: string
  /** PBKDF2 rounds of a new PIN. */
  readonly pinIterations: number
  readonly clock: () => number
  readonly randomBytes: (size: number) => Uint8Array
  /** Instead of those of this product. */
  readonly resources?: readonly ServedResource[]
}

/** As the app hands it to the routes. */
export interface RouteDeps extends AppDeps {
  /** The way into the log for whatever a client can cause: `log` itself has no limit. */
  readonly lines: CausedLines
  readonly imports: CatalogueImports
  readonly resources: readonly ServedResource[]
}
