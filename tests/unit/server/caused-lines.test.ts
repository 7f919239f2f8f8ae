import { describe, expect, test } from 'vitest'
import { CAUSED_LINES, createCausedLines, shorten } from '../../../server/caused-lines.ts'

function recorder() {
  const lines: [Record<string, unknown>, string][] = []
  const write = (fields: unknown, message?: string) =>
    void lines.push([fields as Record<string, unknown>, message ?? ''])
  return { lines, log: { info: write, warn: write, error: write } }
}

describe('log lines that a client causes', () => {
  test('are cut at 64 characters, whatever was sent', () => {
    const { lines, log } = recorder()
    createCausedLines(log, () => 0)('info', { username: '\u0000'.repeat(65_000), seq: 7 }, 'refused')
    expect(lines).toEqual([[{ username: `${'\u0000'.repeat(64)}…`, seq: 7 }, 'refused']])
    expect(JSON.stringify(lines).length).toBeLessThan(500)
    expect(shorten('DEV-1')).toBe('DEV-1')
  })

  test('are only so many of a kind; the next one tells how many were left out', () => {
    const { lines, log } = recorder()
    let now = 0
    const write = createCausedLines(log, () => now)
    for (let caused = 0; caused < 1_000; caused += 1) write('info', {}, 'refused')
    write('warn', {}, 'another kind')
    expect(lines).toHaveLength(CAUSED_LINES.burst + 1)
    now = 1_000 / CAUSED_LINES.perSecond
    write('info', {}, 'refused')
    expect(lines.at(-1)).toEqual([{ left_out: 1_000 - CAUSED_LINES.burst }, 'refused'])
  })
})
