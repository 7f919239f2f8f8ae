import { describe, expect, it } from 'vitest'
import { readAudit } from '../../../scripts/audit.ts'

const report = (...vulnerabilities: { name: string; severity: string; range: string }[]) =>
  JSON.stringify({
    auditReportVersion: 2,
    vulnerabilities: Object.fromEntries(vulnerabilities.map((each) => [each.name, each])),
    metadata: { vulnerabilities: { info: 0, total: vulnerabilities.length } },
  })

describe('the audit of production packages', () => {
  it('is clean without findings, and tells lesser ones', () => {
    expect(readAudit(report())).toEqual({ kind: 'clean', lesser: [] })
    expect(readAudit(report({ name: 'a', severity: 'moderate', range: '<2' }))).toEqual({
      kind: 'clean',
      lesser: ['a <2: moderate'],
    })
  })

  it('stops at a high or critical one', () => {
    const audit = readAudit(
      report({ name: 'a', severity: 'low', range: '<2' }, { name: 'b', severity: 'critical', range: '<=1.4.0' }),
    )
    expect(audit).toEqual({ kind: 'vulnerable', findings: ['b <=1.4.0: critical'] })
  })

  it.each(['', 'not json', '{}', '[]', 'null'])('claims nothing of a report that is none: %j', (output) => {
    expect(readAudit(output).kind).toBe('unanswered')
  })

  it('says why a registry did not answer, without its address', () => {
    const audit = readAudit(
      JSON.stringify({ message: '405 Method Not Allowed - POST https://registry.example/-/npm/v1' }),
    )
    expect(audit).toEqual({ kind: 'unanswered', why: '405 Method Not Allowed - POST' })
  })
})
