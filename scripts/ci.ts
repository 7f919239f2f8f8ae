/**
 * The body of .ci/run: `npm test` on the embedded parts, with those browser tests alone that depend on database or broker; then the
 * PostgreSQL suite, what of the integration suite needs a broker, and the whole browser suite on a PostgreSQL and a Mosquitto of
 * its own, the core journeys in Firefox and WebKit too. It ends what it started in every case. The last line is `N passed, N failed`.
 */
import { existsSync, globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { startMosquitto } from '../tests/support/mosquitto.ts'
import { buildWhenNeeded } from './build.ts'
import { countSummaryLine, readFailureLines, summaryLine } from './count-results.ts'
import { installDebianPackages } from './install-debian.ts'
import { startLocalPostgres } from './local-postgres.ts'
import { passOnSignals, ROOT, runTool } from './run-tool.ts'
import { useScratchFolder } from './scratch-folder.ts'
import { auditStep, browserStep, enginesStep, printTable, type Step, vitestStep } from './test-steps.ts'

const FAILED = { passed: 0, failed: 1, skipped: 0 }
const steps: Step[] = []
const started: (() => Promise<void>)[] = []

const stopAll = async () => {
  for (const stop of started.splice(0).reverse()) await stop().catch((error) => console.error(error))
}
passOnSignals(stopAll)
useScratchFolder()

steps.push(await auditStep())
const embedded = await runTool('npm', ['test', '--', '--browser=tagged'], { output: 'both' })
steps.push({
  name: 'npm test (embedded)',
  ms: embedded.ms,
  count: countSummaryLine(embedded.output, embedded.code),
  failures: readFailureLines(embedded.output),
})

try {
  const postgres = await startLocalPostgres()
  started.push(postgres.stop)
  if (!existsSync('/usr/sbin/mosquitto') && !existsSync('/usr/bin/mosquitto')) installDebianPackages(['mosquitto'])
  const mosquitto = await startMosquitto()
  started.push(mosquitto.stop)
  console.log(`\nOn PostgreSQL ${postgres.version} and Mosquitto ${mosquitto.version}`)

  const onServers = { TEST_DATABASE_URL: postgres.url, TEST_MOSQUITTO: '1' }
  steps.push(await vitestStep('pg suite (PostgreSQL)', ['pg'], onServers))
  const files = filesOnMosquitto()
  steps.push(await vitestStep('integration (Mosquitto)', ['integration'], onServers, { files }))
  const name = 'browser (PostgreSQL, Mosquitto)'
  const browserEnv = {
    DATABASE_URL: postgres.url,
    MQTT_BROKER: 'mosquitto',
    MQTT_URL: mosquitto.url,
    MQTT_WS_URL: mosquitto.wsUrl,
    MQTT_USERNAME: mosquitto.username,
    MQTT_PASSWORD: mosquitto.password,
  }
  if (await buildWhenNeeded()) {
    steps.push(await browserStep(name, browserEnv))
    steps.push(await enginesStep('Firefox, WebKit (PostgreSQL, Mosquitto)', browserEnv))
  } else {
    steps.push({ name: `${name}: no build`, ms: 0, count: FAILED })
  }
} catch (error) {
  console.error(error)
  steps.push({ name: 'PostgreSQL and Mosquitto', ms: 0, count: FAILED })
} finally {
  await stopAll()
}

printTable(steps)
const counts = steps.map(({ count }) => count)
console.log(summaryLine(counts))
process.exitCode = counts.some(({ failed }) => failed > 0) ? 1 : 0

/** The rest of that suite has been run by `npm test`, and would do the same again. */
function filesOnMosquitto(): string[] {
  const files = globSync('tests/integration/**/*.test.ts', { cwd: ROOT })
  return files.filter((file) => /support\/(mosquitto|broker-fixtures)\.ts/.test(readFileSync(join(ROOT, file), 'utf8')))
}
