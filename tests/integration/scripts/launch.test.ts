/** The launcher in a folder of its own, with a pretended npm that only notes that it was called. */
import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chmod, copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

const LAUNCHER = join(import.meta.dirname, '../../../scripts/launch.mjs')

/** Acts as `npm ci`: empties node_modules, puts the pinned Node there, notes its arguments; NPM_MODE says how it goes. */
const FAKE_NPM = `
import { appendFileSync, existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
appendFileSync('calls', process.argv.slice(2).join(' ') + '\\n')
rmSync('node_modules', { recursive: true, force: true })
if (process.env.NPM_MODE === 'fail') process.exit(3)
if (process.env.NPM_MODE === 'hang') {
  writeFileSync('hanging', '')
  while (existsSync('npm-cli.js')) await new Promise((resolve) => setTimeout(resolve, 50))
  process.exit(1)
}
if (process.env.NPM_MODE === 'slow') await new Promise((resolve) => setTimeout(resolve, 300))
mkdirSync('node_modules/node/bin', { recursive: true })
symlinkSync(process.execPath, 'node_modules/node/bin/node')
`

const SCRIPT = `
console.log('run ' + process.argv.slice(2).join(' '))
if (process.argv[2] === 'wait') {
  process.on('SIGTERM', () => { console.log('closing'); process.exit(7) })
  setInterval(() => {}, 1000)
}
if (process.argv[2] === 'exit') process.exitCode = Number(process.argv[3])
if (process.argv[2] === 'die') process.kill(process.pid, 'SIGKILL')
`

let dir: string
let children: ChildProcess[]

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'launch-'))
  children = []
  await mkdir(join(dir, 'scripts'))
  await copyFile(LAUNCHER, join(dir, 'scripts/launch.mjs'))
  await writeFile(join(dir, 'package.json'), JSON.stringify({ type: 'module', scripts: {} }))
  await writeFile(
    join(dir, 'package-lock.json'),
    JSON.stringify({ packages: { '': {}, 'node_modules/a': { version: '1.0.0' } } }),
  )
  await writeFile(join(dir, 'npm-cli.js'), FAKE_NPM)
  await writeFile(join(dir, 'script.mjs'), SCRIPT)
})

afterEach(async () => {
  for (const child of children) child.kill('SIGKILL')
  await rm(dir, { recursive: true, force: true })
})

interface Run {
  readonly child: ChildProcess
  readonly ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>
  output(): string
}

function launch(launchArguments: string[], env: NodeJS.ProcessEnv = {}): Run {
  const child = spawn(process.execPath, ['scripts/launch.mjs', 'script.mjs', ...launchArguments], {
    cwd: dir,
    env: { ...process.env, npm_execpath: join(dir, 'npm-cli.js'), ...env },
  })
  children.push(child)
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text
    })
  }
  const ended = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) =>
    child.once('close', (code, signal) => resolve({ code, signal })),
  )
  return { child, ended, output: () => output }
}

async function installs(): Promise<number> {
  if (!existsSync(join(dir, 'calls'))) return 0
  return (await readFile(join(dir, 'calls'), 'utf8')).trim().split('\n').length
}

describe('launcher', () => {
  it('installs once, with the development packages, then runs the script with its arguments', async () => {
    const first = launch(['one', 'two'])
    expect(await first.ended).toEqual({ code: 0, signal: null })
    expect(first.output()).toContain('run one two')
    expect(await readFile(join(dir, 'calls'), 'utf8')).toMatch(/^ci --include=dev/)
    const second = launch([])
    expect(await second.ended).toEqual({ code: 0, signal: null })
    expect(await installs()).toBe(1)
  })

  it('installs again after a change of the lockfile, not after a change of a script', async () => {
    await launch([]).ended
    await writeFile(join(dir, 'package.json'), JSON.stringify({ type: 'module', scripts: { lint: 'x' } }))
    await launch([]).ended
    expect(await installs()).toBe(1)
    await writeFile(join(dir, 'package-lock.json'), JSON.stringify({ packages: { '': {} } }))
    await launch([]).ended
    expect(await installs()).toBe(2)
  })

  it('accepts a complete install that somebody made by hand', async () => {
    await mkdir(join(dir, 'node_modules/node/bin'), { recursive: true })
    await copyFile(process.execPath, join(dir, 'node_modules/node/bin/node'))
    await chmod(join(dir, 'node_modules/node/bin/node'), 0o755)
    const record = (version: string) =>
      writeFile(
        join(dir, 'node_modules/.package-lock.json'),
        JSON.stringify({ packages: { 'node_modules/a': { version } } }),
      )
    await record('1.0.0')
    expect(await launch([]).ended).toEqual({ code: 0, signal: null })
    expect(await installs()).toBe(0)
    await rm(join(dir, 'node_modules/.installed'))
    await record('0.9.0')
    await launch([]).ended
    expect(await installs()).toBe(1)
  })

  it('installs again after an install that failed or was killed', async () => {
    const failed = launch([], { NPM_MODE: 'fail' })
    expect(await failed.ended).toEqual({ code: 70, signal: null })
    expect(failed.output()).toContain('npm ci failed with exit code 3')
    const killed = launch([], { NPM_MODE: 'hang' })
    await vi.waitFor(() => expect(existsSync(join(dir, 'hanging'))).toBe(true), { timeout: 5_000 })
    killed.child.kill('SIGKILL')
    await vi.waitFor(() => expect(killed.child.signalCode).toBe('SIGKILL'))
    const good = launch(['good'])
    expect(await good.ended).toEqual({ code: 0, signal: null })
    expect(good.output()).toContain('run good')
    expect(await installs()).toBe(3)
  })

  it('ends a running install when it is told to stop', async () => {
    const { child, ended } = launch([], { NPM_MODE: 'hang' })
    await vi.waitFor(() => expect(existsSync(join(dir, 'hanging'))).toBe(true), { timeout: 5_000 })
    child.kill('SIGTERM')
    expect(await ended).toEqual({ code: null, signal: 'SIGTERM' })
    expect(existsSync(join(dir, '.cache/install.lock'))).toBe(false)
  })

  it('lets one of two install', async () => {
    const runs = [launch(['a'], { NPM_MODE: 'slow' }), launch(['b'], { NPM_MODE: 'slow' })]
    for (const { ended } of runs) expect(await ended).toEqual({ code: 0, signal: null })
    expect(await installs()).toBe(1)
  })

  it('passes on the exit code, and the signal that ended the script', async () => {
    expect(await launch(['exit', '5']).ended).toEqual({ code: 5, signal: null })
    expect(await launch(['die']).ended).toEqual({ code: null, signal: 'SIGKILL' })
  })

  it('passes on SIGTERM and waits for the script to close', async () => {
    const { child, ended, output } = launch(['wait'])
    await vi.waitFor(() => expect(output()).toContain('run wait'), { timeout: 20_000 })
    child.kill('SIGTERM')
    expect(await ended).toEqual({ code: 7, signal: null })
    expect(output()).toContain('closing')
  })
})
