import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { auditProduction } from './audit.ts'
import { build } from './build.ts'
import { ensureChromium } from './chromium.ts'
import { type Count, countPlaywright, countVitest, failureLines } from './count-results.ts'
import { ensureEngines } from './engines.ts'
import { ROOT, runTool } from './run-tool.ts'

export interface Step {
  readonly name: string
  readonly count: Count
  readonly ms: number
  /** See `failureLines`. */
  readonly failures?: readonly string[]
}

type Env = Readonly<Record<string, string | undefined>>

const REPORTS = join(ROOT, '.cache', 'reports')

/** Twice what the longest suite takes on two cores: a hanging test must not take the whole run with it. */
const SUITE_LIMIT_MS = 35 * 60_000
/** They take one or two. */
const ENGINES_LIMIT_MS = 8 * 60_000

/** A tool that is right or wrong as a whole: one check. */
export async function checkStep(name: string, command: string, toolArguments: readonly string[]): Promise<Step> {
  announce(name)
  const { code, ms } = await runTool(command, toolArguments)
  return { name, ms, count: oneCheck(code === 0) }
}

/** Known holes in the packages that the product ships, where the registry tells them. */
export async function auditStep(): Promise<Step> {
  const name = 'audit of production packages'
  announce(name)
  const { line, count, ms } = await auditProduction()
  console.log(line)
  return { name: count.passed + count.failed === 0 ? `${name} (no answer)` : name, ms, count }
}

export async function buildStep(): Promise<Step> {
  announce('build')
  const started = performance.now()
  const built = await build()
  return { name: 'build', ms: performance.now() - started, count: oneCheck(built) }
}

export async function vitestStep(
  name: string,
  projects: readonly string[],
  env: Env = {},
  { limitMs = SUITE_LIMIT_MS, files = [] }: { readonly limitMs?: number; readonly files?: readonly string[] } = {},
): Promise<Step> {
  announce(name)
  const report = freshReport(name)
  const { code, ms } = await runTool(
    'vitest',
    [
      'run',
      ...files,
      ...projects.flatMap((project) => ['--project', project]),
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${report}`,
    ],
    { env, limitMs },
  )
  return { name, ms, count: countVitest(report, code), failures: failureLines(report) }
}

/** The core journeys in Firefox and WebKit on the build in dist/. */
export async function enginesStep(name: string, env: Env = {}): Promise<Step> {
  const started = performance.now()
  const problem = ensureEngines()
  if (problem !== null) {
    console.error(problem)
    return { name, ms: performance.now() - started, count: oneCheck(false) }
  }
  // Profiles of browsers that are ended by force stay behind: they go with the folder.
  const scratch = mkdtempSync(join(tmpdir(), 'mstore-engines-'))
  try {
    return await vitestStep(
      name,
      ['engines'],
      { ...env, TMPDIR: scratch },
      {
        limitMs: ENGINES_LIMIT_MS,
      },
    )
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}

/** The browser suite on the build in dist/: whole, or what bears this tag (`e2e/support/tags.ts`). */
export async function browserStep(name: string, env: Env = {}, tag?: string): Promise<Step> {
  announce(name)
  const started = performance.now()
  const chromium = ensureChromium()
  if ('problem' in chromium) {
    console.error(chromium.problem)
    return { name, ms: performance.now() - started, count: oneCheck(false) }
  }
  const report = freshReport(name)
  const { code, ms } = await runTool('playwright', ['test', ...(tag === undefined ? [] : ['--grep', tag])], {
    env: { ...env, PLAYWRIGHT_JSON_OUTPUT_FILE: report },
    stopSignal: 'SIGINT',
    limitMs: SUITE_LIMIT_MS,
  })
  return { name, ms, count: countPlaywright(report, code), failures: failureLines(report) }
}

export function printTable(steps: readonly Step[]): void {
  const width = Math.max(...steps.map(({ name }) => name.length))
  console.log('')
  for (const { name, count, ms } of steps) {
    const skipped = count.skipped > 0 ? `, ${count.skipped} skipped` : ''
    const seconds = (ms / 1000).toFixed(1).padStart(6)
    console.log(
      `${name.padEnd(width)} ${seconds} s  ${count.failed === 0 ? 'ok' : 'FAILED'} (${count.passed}/${count.passed + count.failed}${skipped})`,
    )
  }
  console.log('')
  const failures = steps.flatMap((step) => step.failures ?? [])
  if (failures.length > 0) console.log(`${failures.join('\n')}\n`)
}

function oneCheck(ok: boolean): Count {
  return { passed: ok ? 1 : 0, failed: ok ? 0 : 1, skipped: 0 }
}

/** A report of an earlier run must not be counted when the runner crashes. */
function freshReport(name: string): string {
  mkdirSync(REPORTS, { recursive: true })
  const path = join(REPORTS, `${name.replaceAll(/[^a-z0-9]+/gi, '-')}.json`)
  rmSync(path, { force: true })
  return path
}

function announce(name: string): void {
  console.log(`\n— ${name}`)
}
