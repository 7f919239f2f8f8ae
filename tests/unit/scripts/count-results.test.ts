import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  countPlaywright,
  countSummaryLine,
  countVitest,
  failureLines,
  readFailureLines,
  summaryLine,
} from '../../../scripts/count-results.ts'

let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'count-results-'))
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

function report(content: unknown): string {
  const path = join(dir, 'report.json')
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content))
  return path
}

const vitest = (counts: object, testResults: object[] = []) => ({
  numPassedTests: 0,
  numFailedTests: 0,
  numPendingTests: 0,
  numTodoTests: 0,
  testResults,
  ...counts,
})

describe('countVitest', () => {
  it('counts tests, skipped ones apart', () => {
    const path = report(vitest({ numPassedTests: 5, numFailedTests: 2, numPendingTests: 1, numTodoTests: 1 }))
    expect(countVitest(path, 1)).toEqual({ passed: 5, failed: 2, skipped: 2 })
  })

  it('counts a file that could not be loaded as one failure', () => {
    const broken = { status: 'failed', assertionResults: [] }
    const failing = { status: 'failed', assertionResults: [{ status: 'failed' }] }
    expect(countVitest(report(vitest({ numFailedTests: 1 }, [broken, failing])), 1).failed).toBe(2)
  })

  it('counts an error that no test owns', () => {
    expect(countVitest(report(vitest({ numPassedTests: 3 })), 1)).toEqual({ passed: 3, failed: 1, skipped: 0 })
  })

  it('counts a runner that crashed', () => {
    expect(countVitest(join(dir, 'none.json'), 0).failed).toBe(1)
    expect(countVitest(report('{"numPassedTests": 3'), 0).failed).toBe(1)
  })
})

describe('countPlaywright', () => {
  const stats = { expected: 4, unexpected: 1, flaky: 1, skipped: 2 }

  it('counts a flaky test as failed', () => {
    expect(countPlaywright(report({ stats, errors: [] }), 1)).toEqual({ passed: 4, failed: 2, skipped: 2 })
  })

  it('counts errors outside of tests, and a runner that ended badly without one', () => {
    const good = { expected: 4, unexpected: 0, flaky: 0, skipped: 0 }
    expect(countPlaywright(report({ stats: good, errors: [{}] }), 1).failed).toBe(1)
    expect(countPlaywright(report({ stats: good, errors: [] }), 1).failed).toBe(1)
    expect(countPlaywright(report({ stats: good, errors: [] }), 0).failed).toBe(0)
  })

  it('counts a runner that crashed', () => {
    expect(countPlaywright(join(dir, 'none.json'), 0).failed).toBe(1)
  })
})

describe('what failed', () => {
  it('is named with its file and the first line of its error, and found again in an output', () => {
    const assertionResults = [
      { status: 'passed', fullName: 'good', failureMessages: [] },
      {
        status: 'failed',
        fullName: 'a sale is kept',
        failureMessages: ['\u001b[31mexpected 1 to be 2\u001b[39m\n  at x'],
      },
    ]
    const lines = failureLines(
      report(
        vitest({}, [
          { name: 'tests/a.test.ts', status: 'failed', message: '', assertionResults },
          { name: 'tests/b.test.ts', status: 'failed', message: 'Cannot find module', assertionResults: [] },
          { name: 'tests/c.test.ts', status: 'passed', message: '', assertionResults: assertionResults.slice(0, 1) },
        ]),
      ),
    )
    expect(lines).toEqual([
      'FAILED tests/a.test.ts › a sale is kept: expected 1 to be 2',
      'FAILED tests/b.test.ts: Cannot find module',
    ])
    expect(readFailureLines(`✓ good\n${lines.join('\n')}\n\n1 passed, 2 failed\n`)).toEqual(lines)
  })

  it('is found in the nested suites of a browser run, and beside them', () => {
    const spec = (title: string, ok: boolean, message?: string) => ({
      title,
      ok,
      file: 'tabs.spec.ts',
      line: 7,
      tests: [{ results: [message === undefined ? {} : { error: { message } }] }],
    })
    const suites = [{ specs: [spec('good', true)], suites: [{ specs: [spec('bad', false, 'Error: lost\n\nmore')] }] }]
    expect(failureLines(report({ suites, errors: [{ message: 'no browser' }] }))).toEqual([
      'FAILED tabs.spec.ts:7 › bad: Error: lost',
      'FAILED outside of tests: no browser',
    ])
  })

  it('is nothing where there is no report', () => {
    expect(failureLines(join(dir, 'none.json'))).toEqual([])
    expect(failureLines(report('{'))).toEqual([])
  })
})

describe('summary line', () => {
  it('sums, and is read back from the end of an output', () => {
    const line = summaryLine([
      { passed: 1, failed: 0, skipped: 0 },
      { passed: 20, failed: 3, skipped: 1 },
    ])
    expect(line).toBe('21 passed, 3 failed')
    expect(countSummaryLine(`1 passed, 9 failed\nmore\n${line}\n`, 1)).toEqual({ passed: 21, failed: 3, skipped: 0 })
  })

  it('counts a missing line, or a bad end with a good line, as one failure', () => {
    expect(countSummaryLine('5 passed, 0 failed\ncrash', 1)).toEqual({ passed: 0, failed: 1, skipped: 0 })
    expect(countSummaryLine('5 passed, 0 failed\n', 1)).toEqual({ passed: 5, failed: 1, skipped: 0 })
  })
})
