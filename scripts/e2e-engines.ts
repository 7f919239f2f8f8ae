/**
 * `npm run e2e:engines`: the core journeys in Firefox ESR and WebKitGTK on a fresh build, on the broker and database of the
 * environment. Installs the browsers where it can. The last line is `N passed, N failed`.
 */
import { buildWhenNeeded } from './build.ts'
import { summaryLine } from './count-results.ts'
import { passOnSignals } from './run-tool.ts'
import { useScratchFolder } from './scratch-folder.ts'
import { enginesStep, printTable } from './test-steps.ts'

passOnSignals()
useScratchFolder()
const step = (await buildWhenNeeded())
  ? await enginesStep('Firefox and WebKit')
  : { name: 'build', ms: 0, count: { passed: 0, failed: 1, skipped: 0 } }
printTable([step])
console.log(summaryLine([step.count]))
process.exitCode = step.count.failed > 0 ? 1 : 0
