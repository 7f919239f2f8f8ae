import { readFileSync } from 'node:fs'
import * as v from 'valibot'

/** What one step of the tests adds to the summary line. */
export interface Count {
  readonly passed: number
  readonly failed: number
  readonly skipped: number
}

const vitestReportSchema = v.object({
  numPassedTests: v.number(),
  numFailedTests: v.number(),
  numPendingTests: v.number(),
  numTodoTests: v.number(),
  testResults: v.array(v.object({ status: v.string(), assertionResults: v.array(v.object({ status: v.string() })) })),
})

const playwrightReportSchema = v.object({
  stats: v.object({ expected: v.number(), unexpected: v.number(), flaky: v.number(), skipped: v.number() }),
  errors: v.array(v.unknown()),
})

/**
 * Counts a Vitest JSON report. A file that failed outside its tests (an import, a hook) counts as one failure; so does a
 * runner that ended badly without naming one, or that left no report.
 */
export function countVitest(reportPath: string, exitCode: number): Count {
  const report = readReport(vitestReportSchema, reportPath)
  if (report === null) return { passed: 0, failed: 1, skipped: 0 }
  const brokenFiles = report.testResults.filter(
    (file) => file.status === 'failed' && !file.assertionResults.some(({ status }) => status === 'failed'),
  ).length
  return {
    passed: report.numPassedTests,
    failed: atLeastOneIf(exitCode !== 0, report.numFailedTests + brokenFiles),
    skipped: report.numPendingTests + report.numTodoTests,
  }
}

/** Counts a Playwright JSON report by the same rule; a flaky test counts as failed. */
export function countPlaywright(reportPath: string, exitCode: number): Count {
  const report = readReport(playwrightReportSchema, reportPath)
  if (report === null) return { passed: 0, failed: 1, skipped: 0 }
  const { expected, unexpected, flaky, skipped } = report.stats
  return {
    passed: expected,
    failed: atLeastOneIf(exitCode !== 0, unexpected + flaky + report.errors.length),
    skipped,
  }
}

/** Reads `N passed, N failed` from the last line of a script's output; a script without it counts as one failure. */
export function countSummaryLine(output: string, exitCode: number): Count {
  const [, passed, failed] = /(?:^|\n)(\d+) passed, (\d+) failed\s*$/.exec(output) ?? []
  if (passed === undefined || failed === undefined) return { passed: 0, failed: 1, skipped: 0 }
  return { passed: Number(passed), failed: atLeastOneIf(exitCode !== 0, Number(failed)), skipped: 0 }
}

export function summaryLine(counts: readonly Count[]): string {
  const sum = (key: keyof Count) => counts.reduce((total, count) => total + count[key], 0)
  return `${sum('passed')} passed, ${sum('failed')} failed`
}

function atLeastOneIf(broken: boolean, failed: number): number {
  return broken ? Math.max(1, failed) : failed
}

function readReport<T extends v.GenericSchema>(schema: T, path: string): v.InferOutput<T> | null {
  try {
    return v.parse(schema, JSON.parse(readFileSync(path, 'utf8')))
  } catch {
    return null
  }
}
