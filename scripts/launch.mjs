/**
 * The one entry that works on a fresh clone: installs what is missing, then runs a script of this project on the pinned Node.
 *
 *     node scripts/launch.mjs scripts/start.ts [arguments…]
 *
 * Valid on Node 18 and without a dependency, because it runs on the machine's own Node before anything is installed. What
 * it runs (TypeScript included) runs on Node 24 from node_modules/node.
 */
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The exit code of "could not even start": .ci/run tells it from a failed test by this. */
const EXIT_NOT_INSTALLED = 70
const LOCK_POLL_MS = 300
/** A lock file is created empty and filled at once; an empty one older than this was left by a crash. */
const LOCK_EMPTY_GRACE_MS = 10_000
const PARENT_POLL_MS = 500
const SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP']
const SIGNAL_NUMBERS = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 }

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const modules = join(root, 'node_modules')
/** Lies inside node_modules, so deleting that folder deletes the claim that it is complete. */
const marker = join(modules, '.installed')
/** Lies outside node_modules, which `npm ci` empties. */
const lock = join(root, '.cache', 'install.lock')
const pinnedNode = join(modules, 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node')

const [script, ...scriptArguments] = process.argv.slice(2)
if (script === undefined) {
  fail('Usage: node scripts/launch.mjs SCRIPT [arguments]', 64)
} else {
  if (!isInstalled()) await installOnce()
  if (!existsSync(pinnedNode)) {
    rmSync(marker, { force: true })
    fail(
      `The pinned Node is missing (${pinnedNode}). It is put there by an install script: check that npm's ` +
        '"ignore-scripts" is off (npm config get ignore-scripts), then run the command again.',
      EXIT_NOT_INSTALLED,
    )
  }
  // npm puts the folder of the machine's Node on PATH too; the pinned one has to be found first by every child.
  const path = [dirname(pinnedNode), join(modules, '.bin'), process.env.PATH ?? ''].join(
    process.platform === 'win32' ? ';' : ':',
  )
  finishAs(await run(pinnedNode, [join(root, script), ...scriptArguments], { env: { ...process.env, PATH: path } }))
}

/** What node_modules has to be rebuilt for. Not the whole package.json: a new script is no reason to install. */
function wantedInstall() {
  const { dependencies, devDependencies, optionalDependencies, overrides, allowScripts } = readJson('package.json')
  return createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .update(JSON.stringify([dependencies, devDependencies, optionalDependencies, overrides, allowScripts]))
    .update(`${process.platform}-${process.arch}`)
    .digest('hex')
}

function isInstalled() {
  const wanted = wantedInstall()
  if (readText(marker) === wanted) return true
  if (!isInstalledByHand()) return false
  writeFileSync(marker, wanted)
  return true
}

/**
 * True when npm itself completed an install of exactly this lockfile (`npm install` by a developer). npm writes its record
 * last; every package that the lockfile names has to stand in it, except the optional ones of other platforms.
 */
function isInstalledByHand() {
  const record = readText(join(modules, '.package-lock.json'))
  if (record === null || !existsSync(pinnedNode)) return false
  const installed = JSON.parse(record).packages ?? {}
  return Object.entries(readJson('package-lock.json').packages).every(([path, wanted]) => {
    if (path === '') return true
    const found = installed[path]
    if (found === undefined) return wanted.optional === true || wanted.devOptional === true
    return found.version === wanted.version && found.integrity === wanted.integrity
  })
}

/** Installs while no other launcher does; who waited for another one's success does not install again. */
async function installOnce() {
  await takeLock()
  try {
    if (isInstalled()) return
    await install()
  } finally {
    rmSync(lock, { force: true })
  }
}

async function install() {
  const wanted = wantedInstall()
  // An install that is killed leaves neither claim behind, so the next start installs again.
  rmSync(marker, { force: true })
  rmSync(join(modules, '.package-lock.json'), { force: true })
  console.log('Installing packages (npm ci), once for this version of package-lock.json …')
  // NODE_ENV=production or omit=dev would leave out the pinned Node and the build tools. Errors only: the packages' remarks
  // about the machine's Node are beside the point, they run on the pinned one.
  const result = await runNpm(['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'])
  if (result.signal !== null) {
    rmSync(lock, { force: true })
    finishAs(result)
    await new Promise(() => {})
  }
  if (result.code !== 0) {
    rmSync(lock, { force: true })
    fail(`npm ci failed with exit code ${result.code}; its message stands above.`, EXIT_NOT_INSTALLED)
  }
  writeFileSync(marker, wanted)
}

/** npm runs under this Node when its own script is known (no shell, no npm.cmd); else it is looked up on PATH. */
function runNpm(npmArguments) {
  const cli = process.env.npm_execpath
  if (cli !== undefined && /npm-cli\.[cm]?js$/.test(cli) && existsSync(cli)) {
    return run(process.execPath, [cli, ...npmArguments], {})
  }
  return process.platform === 'win32' ? run('npm.cmd', npmArguments, { shell: true }) : run('npm', npmArguments, {})
}

/**
 * Runs a child on this terminal and passes on signals; asynchronous, because a synchronous child would keep this process
 * from seeing them. Resolves when the child is gone: a stopped server has then closed its database.
 */
function run(command, commandArguments, options) {
  return new Promise((resolve) => {
    const child = spawn(command, commandArguments, { cwd: root, stdio: 'inherit', ...options })
    const passOn = (signal) => child.kill(signal)
    for (const signal of SIGNALS) process.on(signal, passOn)
    const stopWatching = onParentGone(() => passOn('SIGTERM'))
    const finish = (result) => {
      stopWatching()
      for (const signal of SIGNALS) process.off(signal, passOn)
      resolve(result)
    }
    child.on('error', (error) => {
      console.error(`Cannot run ${command}: ${error.message}`)
      finish({ code: EXIT_NOT_INSTALLED, signal: null })
    })
    child.on('exit', (code, signal) => finish({ code, signal }))
  })
}

/**
 * Under npm only: when npm (or the shell between, where package.json's "exec" does not replace it) is gone without a signal
 * to us, nobody would ever stop the server. A launcher that was started by hand may outlive its shell.
 */
function onParentGone(act) {
  if (process.env.npm_lifecycle_event === undefined) return () => {}
  const parent = process.ppid
  const timer = setInterval(() => {
    if (process.ppid === parent) return
    clearInterval(timer)
    act()
  }, PARENT_POLL_MS)
  return () => clearInterval(timer)
}

/** Ends as the child ended: with its exit code, or by its signal (128 + number where a signal cannot end us). */
function finishAs({ code, signal }) {
  if (signal === null) {
    process.exitCode = code ?? 1
    return
  }
  process.exitCode = 128 + (SIGNAL_NUMBERS[signal] ?? 0)
  if (process.platform !== 'win32') process.kill(process.pid, signal)
}

async function takeLock() {
  mkdirSync(dirname(lock), { recursive: true })
  let told = false
  for (;;) {
    try {
      writeFileSync(lock, String(process.pid), { flag: 'wx' })
      return
    } catch (error) {
      if (error.code !== 'EEXIST') throw error
    }
    if (isLockLeftOver()) {
      // Renaming is atomic: of two that find the lock left over, one removes it.
      const mine = `${lock}.${process.pid}`
      try {
        renameSync(lock, mine)
        rmSync(mine, { force: true })
      } catch (error) {
        if (error.code !== 'ENOENT') throw error
      }
      continue
    }
    if (!told) console.log('Another install is running here; waiting for it …')
    told = true
    await new Promise((resolve) => setTimeout(resolve, LOCK_POLL_MS))
  }
}

function isLockLeftOver() {
  const holder = Number(readText(lock) ?? '')
  if (!Number.isInteger(holder) || holder <= 0) {
    try {
      return Date.now() - statSync(lock).mtimeMs > LOCK_EMPTY_GRACE_MS
    } catch {
      return false
    }
  }
  try {
    process.kill(holder, 0)
    return false
  } catch (error) {
    // EPERM: it lives, but belongs to somebody else.
    return error.code === 'ESRCH'
  }
}

function readJson(name) {
  return JSON.parse(readFileSync(join(root, name), 'utf8'))
}

function readText(path) {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return null
  }
}

function fail(message, code) {
  console.error(message)
  process.exit(code)
}
