import { readFileSync } from 'node:fs'
import { isAbsolute, relative } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import * as v from 'valibot'
import { ROOT } from './run-tool.ts'

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

const vitestFailuresSchema = v.object({
  testResults: v.array(
    v.object({
      name: v.string(),
      status: v.string(),
      message: v.optional(v.string(), ''),
      assertionResults: v.array(
        v.object({ status: v.string(), fullName: v.string(), failureMessages: v.optional(v.array(v.string()), []) }),
      ),
    }),
  ),
})

interface PlaywrightSuite {
  readonly specs?: readonly PlaywrightSpec[] | undefined
  readonly suites?: readonly PlaywrightSuite[] | undefined
}

interface PlaywrightSpec {
  readonly title: string
  readonly ok: boolean
  readonly file: string
  readonly line: number
  readonly tests: readonly { readonly results: readonly PlaywrightResult[] }[]
}

interface PlaywrightResult {
  readonly error?: { readonly message?: string | undefined } | undefined
}

const playwrightSuiteSchema: v.GenericSchema<PlaywrightSuite> = v.object({
  specs: v.optional(
    v.array(
      v.object({
        title: v.string(),
        ok: v.boolean(),
        file: v.string(),
        line: v.number(),
        tests: v.array(
          v.object({
            results: v.array(v.object({ error: v.optional(v.object({ message: v.optional(v.string()) })) })),
          }),
        ),
      }),
    ),
  ),
  suites: v.optional(v.array(v.lazy(() => playwrightSuiteSchema))),
})

const playwrightFailuresSchema = v.object({
  suites: v.array(playwrightSuiteSchema),
  errors: v.array(v.object({ message: v.optional(v.string()) })),
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

/**
 * What failed, a line each: `FAILED file › title: first line of the error`. Said once more at the end of a run, where one who
 * sees only the last lines of its output finds it. Empty for a report that is missing or not one.
 */
export function failureLines(reportPath: string): string[] {
  const failures = [...failuresOfVitest(reportPath), ...failuresOfPlaywright(reportPath)]
  return failures.map(({ title, error }) => `FAILED ${title}: ${firstLine(error)}`)
}

/** The lines of `failureLines` in the output of a script that printed them. */
export const readFailureLines = (output: string): string[] => output.match(/^FAILED .*$/gm) ?? []

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

interface Failure {
  readonly title: string
  readonly error: string
}

function failuresOfVitest(path: string): Failure[] {
  const failing = readReport(vitestFailuresSchema, path)?.testResults.filter(({ status }) => status === 'failed') ?? []
  return failing.flatMap(({ name, message, assertionResults }) => {
    const failed = assertionResults.filter(({ status }) => status === 'failed')
    if (failed.length === 0) return [{ title: fileIn(name), error: message }]
    return failed.map(({ fullName, failureMessages }) => ({
      title: `${fileIn(name)} › ${fullName}`,
      error: failureMessages[0] ?? '',
    }))
  })
}

function failuresOfPlaywright(path: string): Failure[] {
  const report = readReport(playwrightFailuresSchema, path)
  if (report === null) return []
  const ofSuite = ({ specs = [], suites = [] }: PlaywrightSuite): Failure[] => [
    ...specs
      .filter(({ ok }) => !ok)
      .map(({ title, file, line, tests }) => ({
        title: `${file}:${line} › ${title}`,
        error: tests.flatMap(({ results }) => results.map(({ error }) => error?.message ?? '')).find(Boolean) ?? '',
      })),
    ...suites.flatMap(ofSuite),
  ]
  const outside = report.errors.map(({ message = '' }) => ({ title: 'outside of tests', error: message }))
  return [...report.suites.flatMap(ofSuite), ...outside]
}

const fileIn = (path: string) => (isAbsolute(path) ? relative(ROOT, path) : path)

/** Without colours, and no longer than a line of a terminal or two. */
const firstLine = (text: string) => (stripVTControlCharacters(text).trim().split('\n')[0] ?? '').slice(0, 200)

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
