import { type ChildProcess, spawn } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it, onTestFinished } from 'vitest'
import { openPgliteHere } from '../../../server/database/pglite.ts'
import { keepAdminToken } from '../../../server/lifecycle/admin-token.ts'
import { DataDirInUseError, lockDataDir } from '../../../server/lifecycle/data-dir-lock.ts'
import { finishRestore } from '../../../server/lifecycle/finish-restore.ts'
import { setUncleanMarker } from '../../../server/lifecycle/unclean-marker.ts'
import { makeDataDir } from './server-process.ts'

const LOCK_MODULE = fileURLToPath(new URL('../../../server/lifecycle/data-dir-lock.ts', import.meta.url))

/** A process that tries to take the lock, says "locked" or the refusal, and holds it until it is killed. */
function startHolder(dataDir: string): { child: ChildProcess; verdict: Promise<string>; exited: Promise<unknown> } {
  const program = `
    const { lockDataDir } = await import(${JSON.stringify(LOCK_MODULE)})
    try { globalThis.lock = lockDataDir(${JSON.stringify(dataDir)}); console.log('locked') }
    catch (error) { console.log(error.message) }
    setInterval(() => globalThis.lock, 1000)`
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const verdict = new Promise<string>((resolve) => {
    child.stdout?.once('data', (chunk: Buffer) => resolve(chunk.toString().trim()))
  })
  const exited = new Promise((resolve) => child.once('close', resolve))
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await exited
  })
  return { child, verdict, exited }
}

describe('the lock on DATA_DIR', () => {
  it('refuses a second process in one line that names the first', async () => {
    const dataDir = makeDataDir()
    const first = startHolder(dataDir)
    expect(await first.verdict).toBe('locked')
    const refusal = await startHolder(dataDir).verdict
    expect(refusal).toContain(`${dataDir} is in use`)
    expect(refusal).toContain(`process ${first.child.pid}`)
    expect(refusal).not.toContain('\n')
  })

  it('is free again when its holder is killed, whatever it left behind', async () => {
    const dataDir = makeDataDir()
    const first = startHolder(dataDir)
    expect(await first.verdict).toBe('locked')
    first.child.kill('SIGKILL')
    await first.exited
    expect(await startHolder(dataDir).verdict).toBe('locked')
  })

  it('does not believe a process id: a file that names a living process locks nothing', async () => {
    const dataDir = makeDataDir()
    writeFileSync(join(dataDir, 'server.pid'), `${process.pid}\n`)
    expect(await startHolder(dataDir).verdict).toBe('locked')
  })

  it('is given to exactly one of several that start together', async () => {
    const dataDir = makeDataDir()
    const holders = Array.from({ length: 5 }, () => startHolder(dataDir))
    const verdicts = await Promise.all(holders.map(({ verdict }) => verdict))
    expect(verdicts.filter((verdict) => verdict === 'locked')).toHaveLength(1)
  })

  it('holds within one process too, until it is released', () => {
    const dataDir = makeDataDir()
    const lock = lockDataDir(dataDir)
    expect(() => lockDataDir(dataDir)).toThrow(DataDirInUseError)
    lock.release()
    lockDataDir(dataDir).release()
  })
})

describe('the unclean marker', () => {
  it('[S6] tells a stop in order from any other end', async () => {
    const dataDir = makeDataDir()
    const first = await setUncleanMarker(dataDir)
    expect(first.wasUnclean).toBe(false)
    expect((await setUncleanMarker(dataDir)).wasUnclean).toBe(true)
    await first.clear()
    expect(existsSync(join(dataDir, 'unclean'))).toBe(false)
    expect((await setUncleanMarker(dataDir)).wasUnclean).toBe(false)
  })
})

describe('the embedded database', () => {
  it('is closed to other users of the machine, also in a folder that is open to them, and one of before', async () => {
    const folder = join(makeDataDir(), 'pglite')
    const open = async () => {
      await (await openPgliteHere({ dataDir: folder })).close()
      return statSync(folder).mode & 0o777
    }
    expect(await open()).toBe(0o700)
    chmodSync(folder, 0o755)
    expect(await open()).toBe(0o700)
  })
})

describe('the admin token', () => {
  it('is made once, strong, and readable by its owner alone', () => {
    const dataDir = makeDataDir()
    const token = keepAdminToken(dataDir)
    expect(token).toMatch(/^[\w-]{43}$/)
    expect(keepAdminToken(dataDir)).toBe(token)
    const file = join(dataDir, 'admin-token')
    expect(readFileSync(file, 'utf8').trim()).toBe(token)
    expect(statSync(file).mode & 0o777).toBe(0o600)
  })
})

describe('a restore that was interrupted', () => {
  const makeFolder = (dataDir: string, name: string) => {
    mkdirSync(join(dataDir, name))
    writeFileSync(join(dataDir, name, 'from'), name)
  }
  const databaseOf = (dataDir: string) => readFileSync(join(dataDir, 'pglite', 'from'), 'utf8')

  it('between its two moves is finished by the next start: never an empty database', async () => {
    const dataDir = makeDataDir()
    makeFolder(dataDir, 'pglite.restored')
    await finishRestore(dataDir, null)
    expect(databaseOf(dataDir)).toBe('pglite.restored')
  })

  it('before them leaves the database as it was', async () => {
    const dataDir = makeDataDir()
    makeFolder(dataDir, 'pglite')
    makeFolder(dataDir, 'pglite.restored')
    await finishRestore(dataDir, null)
    expect(databaseOf(dataDir)).toBe('pglite')
    await finishRestore(dataDir, join(dataDir, 'kept'))
    expect(databaseOf(dataDir)).toBe('pglite.restored')
    expect(existsSync(join(dataDir, 'kept', 'from'))).toBe(true)
  })
})
