/** The server process: configuration, start, banner, stop. */
import { isConfigError, parseConfig } from './config.ts'
import { announce } from './lifecycle/announce.ts'
import { describeStartError } from './lifecycle/describe-start-error.ts'
import { stopOnSignal } from './lifecycle/stop-on-signal.ts'
import { createLog } from './log.ts'
import { startServer } from './start-server.ts'

const config = parseConfig(process.env)
if (isConfigError(config)) {
  process.stderr.write(`${config.message}\n`)
  process.exit(1)
}
const log = createLog(config.logLevel)
try {
  const server = await startServer(config, log, { onDatabaseLost: exitAtOnce })
  stopOnSignal(() => server.stop(), log)
  await announce(config, server)
} catch (error) {
  log.debug({ err: error }, 'the start failed')
  process.stderr.write(`${describeStartError(error)}\n`)
  process.exit(1)
}

/** Whoever supervises the process starts it again; the unclean marker stays, so that the change log begins a new epoch. */
function exitAtOnce(error: Error): void {
  log.fatal({ err: error }, 'the embedded database ended; exiting')
  process.exit(1)
}
