/**
 * `npm test`: everything, on the embedded database and broker. Goes on after a failure, to report all of them; the last
 * line is `N passed, N failed`. With `-- --browser=tagged` only those browser tests that depend on database or broker: .ci/run
 * runs the whole suite on its PostgreSQL and Mosquitto.
 */
import { STACK_TAG } from '../e2e/support/tags.ts'
import { summaryLine } from './count-results.ts'
import { passOnSignals } from './run-tool.ts'
import { useScratchFolder } from './scratch-folder.ts'
import { browserStep, buildStep, checkStep, printTable, type Step, vitestStep } from './test-steps.ts'

/** A shell that happens to have a production setup must not turn this into a test of that setup. */
const EMBEDDED = {
  DATABASE_URL: undefined,
  TEST_DATABASE_URL: undefined,
  TEST_MOSQUITTO: undefined,
  MQTT_BROKER: undefined,
  MQTT_URL: undefined,
  MQTT_WS_URL: undefined,
}

const given = process.argv.slice(2)
const [browserTag] = given.map((argument) => (argument === '--browser=tagged' ? STACK_TAG : null))
if (browserTag === null || given.length > 1) {
  console.error(`npm test does not know ${given.join(' ')}: only --browser=tagged`)
  process.exit(64)
}

passOnSignals()
useScratchFolder()
const steps: Step[] = [
  await checkStep('typecheck', 'node', ['scripts/typecheck.ts']),
  await checkStep('lint (biome)', 'biome', ['check', '.']),
  await checkStep('import directions', 'depcruise', ['--config', '.dependency-cruiser.mjs', '.']),
  await checkStep('dead code (knip)', 'knip', []),
  await vitestStep('unit, integration, pg', ['unit', 'integration', 'pg'], EMBEDDED),
]
const build = await buildStep()
steps.push(build)
if (build.count.failed === 0) steps.push(await browserStep('browser', EMBEDDED, browserTag))
else steps.push({ name: 'browser (no build)', ms: 0, count: { passed: 0, failed: 1, skipped: 0 } })

printTable(steps)
const counts = steps.map(({ count }) => count)
console.log(summaryLine(counts))
process.exitCode = counts.some(({ failed }) => failed > 0) ? 1 : 0
