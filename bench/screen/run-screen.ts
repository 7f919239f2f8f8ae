/** `npm run bench -- screen`: what a cashier sees of the engine, beside a floor in the same run, judged by bench/budgets.json. */
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import { join } from 'node:path'
import { chromium } from '@playwright/test'
import { ROOT } from '../../scripts/run-tool.ts'
import { type CpuReading, cpuShares, readCpu, readLoadAverage } from '../machine.ts'
import { SCREEN_PARTS, type ScreenOptions, type ScreenPart } from '../options.ts'
import { bundlePageScript } from '../page-scripts.ts'
import { percent } from '../report.ts'
import { type BenchResult, runOnStand } from '../run-on-stand.ts'
import { judgeFigures, readAims, unmeasured } from './budgets.ts'
import type { Figure } from './figures.ts'
import { measureSize } from './measure-size.ts'
import { createProfiler } from './page-profile.ts'
import type { PaintPhase } from './paint-figures.ts'
import { paintFaults } from './paint-figures.ts'
import { listJudgements, replaceBetween, tabulateFigures } from './screen-table.ts'

const BUDGETS = join(ROOT, 'bench', 'budgets.json')
const DOCS = join(ROOT, 'docs', 'benchmarks.md')
const SIZES = [10_000, 50_000]
const SPEEDS = [1, 6]

export function runScreen(options: ScreenOptions, say: (line: string) => void): Promise<BenchResult> {
  const aims = readAims(JSON.parse(readFileSync(BUDGETS, 'utf8')))
  const measure = async (stand: Parameters<Parameters<typeof runOnStand>[1]>[0]) => {
    const machineBefore = readCpu()
    const load = readLoadAverage()
    const scripts = { probe: await bundlePageScript('probe'), searchProbe: await bundlePageScript('search-probe') }
    const figures: Figure[] = []
    const phases: PaintPhase[] = []
    for (const products of options.sizes) {
      const found = await measureSize(stand, {
        ...options,
        products,
        scripts,
        profiler: createProfiler(options.profile),
        say,
      })
      figures.push(...found.figures)
      phases.push(...found.phases)
    }
    const judgements = judgeFigures(figures, aims)
    const { lost, wentBack } = paintFaults(phases)
    const version = await browserVersion()
    const machine = describeMachine(version, load, machineBefore)
    const faults = `${lost} changes never shown, ${wentBack} numbers that jumped back.`
    const intro = `${machine} ${howMeasured(options)} ${faults}`
    const table = tabulateFigures(figures, judgements)
    const isWhole = isWholeRun(options)
    if (isWhole) {
      const text = `${stand.description}. ${intro}\n\n${table}`
      writeFileSync(DOCS, replaceBetween(readFileSync(DOCS, 'utf8'), 'screen', text))
      // As `npm run lint` wants it.
      execFileSync(join(ROOT, 'node_modules', '.bin', 'biome'), ['format', '--write', DOCS], { stdio: 'ignore' })
    }
    const missing = isWhole ? unmeasured(figures, aims) : []
    for (const aim of missing) say(`No figure for the aim ${JSON.stringify(aim)}`)
    const profiled = options.profile !== null
    return {
      intro,
      table: `${table}\n\n${listJudgements(judgements)}${profiled ? '\n\nProfiled: slower than it is, nothing is judged.' : ''}`,
      data: { figures, judgements, phases },
      isMet:
        profiled || (judgements.every(({ isMet }) => isMet) && missing.length === 0 && lost === 0 && wentBack === 0),
    }
  }
  return runOnStand(options, measure, options.profile !== null)
}

/** Only then may it take the place of the table in the documentation. */
function isWholeRun({ parts, sizes, speeds, profile }: ScreenOptions): boolean {
  const hasAll = <T>(wanted: readonly T[], has: readonly T[]) => wanted.every((one) => has.includes(one))
  return profile === null && hasAll<ScreenPart>(SCREEN_PARTS, parts) && hasAll(SIZES, sizes) && hasAll(SPEEDS, speeds)
}

function howMeasured({ seconds, rounds, starts }: ScreenOptions): string {
  return `${rounds} phases of ${seconds} s each in turn with the floor; ${starts} starts, each in a new browser process.`
}

function describeMachine(chromiumVersion: string, loadBefore: number, before: CpuReading): string {
  const model = cpus()[0]?.model.trim() ?? 'unknown processor'
  const { others } = cpuShares(before, readCpu())
  const date = new Date().toISOString().slice(0, 10)
  const used = others === null ? '' : `, of which others used ${percent(others)} meanwhile`
  const load = `load average ${loadBefore.toFixed(1)} before and ${readLoadAverage().toFixed(1)} after`
  return `Commit ${readCommit()}, ${date}, Chromium ${chromiumVersion}, ${cpus().length} cores of ${model}${used}, ${Math.round(totalmem() / 2 ** 30)} GB; ${load}.`
}

function readCommit(): string {
  try {
    const git = (...args: string[]) => execFileSync('git', args, { cwd: ROOT, encoding: 'utf8' }).trim()
    return `${git('rev-parse', '--short', 'HEAD')}${git('status', '--porcelain', '--', 'src', 'server') === '' ? '' : ' with changes'}`
  } catch {
    // An archive without git.
    return 'unknown'
  }
}

async function browserVersion(): Promise<string> {
  const { default: config } = await import('../../playwright.config.ts')
  const browser = await chromium.launch(config.use?.launchOptions)
  try {
    return browser.version()
  } finally {
    await browser.close()
  }
}
