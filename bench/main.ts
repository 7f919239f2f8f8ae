/** `npm run bench -- propagation|screen|cart|queue|fairness|catch-up|flood|refresh|history|handover [options]`. Exit code 1: the aim was missed; 2: it could not be measured. */
import { writeFile } from 'node:fs/promises'
import { runCart } from './cart.ts'
import { runCatchUp } from './catch-up.ts'
import { runFairness } from './fairness.ts'
import { runFlood } from './flood.ts'
import { runHandover } from './handover.ts'
import { runHistory } from './history.ts'
import { type BenchCommand, parseBenchCommand, USAGE } from './options.ts'
import { runPropagation } from './propagation.ts'
import { runQueue } from './queue.ts'
import { runRefresh } from './refresh.ts'
import type { BenchResult } from './run-on-stand.ts'
import { runScreen } from './screen/run-screen.ts'

const say = (line: string) => console.error(line)

function measure(command: BenchCommand): Promise<BenchResult> {
  switch (command.bench) {
    case 'propagation':
      return runPropagation(command.options, say)
    case 'screen':
      return runScreen(command.options, say)
    case 'cart':
      return runCart(command.options, say)
    case 'queue':
      return runQueue(command.options, say)
    case 'fairness':
      return runFairness(command.options, say)
    case 'catch-up':
      return runCatchUp(command.options, say)
    case 'flood':
      return runFlood(command.options, say)
    case 'history':
      return runHistory(command.options, say)
    case 'handover':
      return runHandover(command.options, say)
    case 'refresh':
      return runRefresh(command.options, say)
  }
}

async function run(command: BenchCommand): Promise<void> {
  const result = await measure(command)
  console.log(`\n${result.markdown}`)
  if (command.json !== null) await writeFile(command.json, `${JSON.stringify(result.data, null, 1)}\n`)
  process.exitCode = result.isMet ? 0 : 1
}

// Playwright closes its browsers at these and lets this process go on, without them. Servers and browsers end with the process.
for (const [signal, code] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const) {
  process.once(signal, () => process.exit(code))
}

let command: BenchCommand | null = null
try {
  command = parseBenchCommand(process.argv.slice(2))
} catch (error) {
  console.error(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`)
  process.exitCode = 2
}
if (command) {
  try {
    await run(command)
  } catch (error) {
    console.error(error)
    process.exitCode = 2
  }
}
