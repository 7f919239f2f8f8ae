import { spawnSync } from 'node:child_process'
import { expect, it, vi } from 'vitest'
import { runTool } from '../../../scripts/run-tool.ts'

/** A process that ended and that nobody waited for still has a number. */
const isRunning = (pid: number) => /^[^Z]/.test(spawnSync('ps', ['-o', 'stat=', '-p', String(pid)]).stdout.toString())

it('what a tool with a limit has started and left behind ends with it', async () => {
  const leaves = ['-c', 'sleep 300 >/dev/null 2>&1 & echo $!']
  const { code, output } = await runTool('sh', leaves, { output: 'keep', limitMs: 60_000 })
  const pid = Number(output)
  expect(code).toBe(0)
  expect(pid).toBeGreaterThan(1)
  await vi.waitFor(() => expect(isRunning(pid)).toBe(false), { timeout: 5_000 })
})

it('a tool that does not end is ended at its limit, and counts as failed', async () => {
  vi.spyOn(console, 'error').mockImplementation(() => undefined)
  const { code, output } = await runTool('sh', ['-c', 'echo $$; exec sleep 300'], { output: 'keep', limitMs: 200 })
  expect(code).toBe(128 + 15)
  expect(isRunning(Number(output))).toBe(false)
})
