/** `npm run typecheck`: one tsconfig for each place where code runs, two compilers at a time. */
import { passOnSignals, runTool } from './run-tool.ts'

const PROJECTS = [
  'src/tsconfig.json',
  'src/tsconfig.pure.json',
  'src/service-worker/tsconfig.json',
  'src/engine-worker/tsconfig.json',
  'server/tsconfig.json',
  'tests/tsconfig.json',
]

passOnSignals()
const waiting = [...PROJECTS]
let failed = 0

async function worker(): Promise<void> {
  for (let project = waiting.shift(); project !== undefined; project = waiting.shift()) {
    const { code, output } = await runTool('tsc', ['-p', project, '--pretty', 'false'], { output: 'keep' })
    if (code !== 0) failed += 1
    console.log(code === 0 ? `ok      ${project}` : `FAILED  ${project}\n${output}`)
  }
}

await Promise.all([worker(), worker()])
process.exitCode = failed === 0 ? 0 : 1
