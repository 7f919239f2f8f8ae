import { join } from 'node:path'
import type { Config } from '../config.ts'
import { createPairingCode } from '../devices/create-pairing-code.ts'
import { listBranches } from '../sql/merchants.ts'
import type { RunningServer } from '../start-server.ts'
import { printBanner } from './banner.ts'

/** What stands in a terminal is read over a shoulder, and kept in its scrollback. */
const MINUTES = 15
const MS_PER_MINUTE = 60_000

/**
 * Prints where the server is, and a one-time link that pairs a tablet with the first branch. With a database of its own
 * (production) no code is made: what a start prints ends in logs that others read.
 */
export async function announce(config: Config, server: RunningServer): Promise<void> {
  const { deps, localUrl, trust, sqlPort } = server
  const [branch] = await listBranches(deps.db)
  const isOwn = config.databaseUrl === undefined || config.seed === 'demo'
  const pairing =
    branch && isOwn
      ? {
          code: (await createPairingCode(deps, branch.id, MINUTES * MS_PER_MINUTE)).code,
          branchName: branch.name,
          branchCode: branch.code,
          minutes: MINUTES,
        }
      : null
  printBanner({
    localUrl,
    publicUrl: deps.publicUrl,
    secure: deps.publicUrl.startsWith('https:'),
    trust,
    pairing,
    hasBranches: branch !== undefined,
    database: databaseLine(config, sqlPort),
    broker: deps.broker.name === 'embedded' ? 'embedded (MQTT 3.1.1)' : deps.broker.name,
    demo: config.seed === 'demo' && branch !== undefined,
  })
}

function databaseLine(config: Config, sqlPort: number | null): string {
  if (config.databaseUrl !== undefined) return 'PostgreSQL'
  const place = `embedded, in ${config.dataDir}`
  return sqlPort === null ? place : `${place}; SQL on port ${sqlPort}: psql "$(cat ${join(config.dataDir, 'sql-url')})"`
}
