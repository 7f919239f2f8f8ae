import * as v from 'valibot'
import type { Count } from './count-results.ts'
import { runTool } from './run-tool.ts'

/** What `npm audit --json` said of the packages that the product ships. */
export type Audit =
  | { readonly kind: 'clean'; readonly lesser: readonly string[] }
  | { readonly kind: 'vulnerable'; readonly findings: readonly string[] }
  /** A registry without that service, or none in reach: nothing is known, and nothing is claimed. */
  | { readonly kind: 'unanswered'; readonly why: string }

const AUDIT_LIMIT_MS = 60_000
/** Lesser findings are told and do not stop a landing. */
const STOPPING: ReadonlySet<string> = new Set(['high', 'critical'])

const reportSchema = v.object({
  metadata: v.object({ vulnerabilities: v.record(v.string(), v.number()) }),
  vulnerabilities: v.record(v.string(), v.object({ name: v.string(), severity: v.string(), range: v.string() })),
})
const refusalSchema = v.object({ message: v.string() })

/** Reads npm's report; anything but a whole report is `unanswered`. */
export function readAudit(output: string): Audit {
  const json = parseJson(output)
  const report = v.safeParse(reportSchema, json)
  if (!report.success) {
    const refusal = v.safeParse(refusalSchema, json)
    // Without the registry's address: logs are read elsewhere.
    const why = refusal.success ? refusal.output.message.replaceAll(/https?:\/\/\S+/g, '').trim() : 'no report'
    return { kind: 'unanswered', why }
  }
  const all = Object.values(report.output.vulnerabilities)
  const line = ({ name, range, severity }: (typeof all)[number]) => `${name} ${range}: ${severity}`
  const findings = all.filter(({ severity }) => STOPPING.has(severity)).map(line)
  if (findings.length > 0) return { kind: 'vulnerable', findings }
  return { kind: 'clean', lesser: all.map(line) }
}

/** Audits what package-lock.json pins for production. Unanswered counts as no check at all, neither passed nor failed. */
export async function auditProduction(): Promise<{
  readonly line: string
  readonly count: Count
  readonly ms: number
}> {
  const { output, ms } = await runTool('npm', ['audit', '--omit=dev', '--json', '--loglevel=silent'], {
    output: 'keep',
    limitMs: AUDIT_LIMIT_MS,
  })
  const audit = readAudit(output)
  switch (audit.kind) {
    case 'clean':
      return { line: ['nothing high', ...audit.lesser].join('; '), count: { passed: 1, failed: 0, skipped: 0 }, ms }
    case 'vulnerable':
      return { line: audit.findings.join('; '), count: { passed: 0, failed: 1, skipped: 0 }, ms }
    case 'unanswered':
      return { line: `not audited: ${audit.why}`, count: { passed: 0, failed: 0, skipped: 0 }, ms }
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
