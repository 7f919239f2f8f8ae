/** `npm run bench -- propagation|search [options]`. Exit code 1: the aim was missed; 2: it could not be measured. */
import { writeFile } from 'node:fs/promises'
import { type BenchCommand, parseBenchCommand, USAGE } from './options.ts'
import { type BenchResult, runPropagation } from './propagation.ts'
import { runSearch } from './search.ts'

const say = (line: string) => console.error(line)

async function run(command: BenchCommand): Promise<void> {
  const result: BenchResult =
    command.bench === 'propagation' ? await runPropagation(command.options, say) : await runSearch(command.options, say)
  console.log(`\n${result.markdown}`)
  if (command.json !== null) await writeFile(command.json, `${JSON.stringify(result.data, null, 1)}\n`)
  process.exitCode = result.isMet ? 0 : 1
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
