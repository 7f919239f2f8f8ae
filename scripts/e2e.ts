/** `npm run e2e [-- playwright arguments]`: the browser suite on a fresh build, on the broker and database of the environment. */
import { buildWhenNeeded } from './build.ts'
import { ensureChromium } from './chromium.ts'
import { passOnSignals, runTool } from './run-tool.ts'
import { useScratchFolder } from './scratch-folder.ts'

passOnSignals()
useScratchFolder()
const chromium = ensureChromium()
if ('problem' in chromium) {
  console.error(chromium.problem)
  process.exitCode = 1
} else if (!(await buildWhenNeeded())) {
  process.exitCode = 1
} else {
  const { code } = await runTool('playwright', ['test', ...process.argv.slice(2)], { stopSignal: 'SIGINT' })
  process.exitCode = code
}
