/** `npm run build`: the web app into dist/, and the documents of its interfaces into dist/docs/. */
import { createHash } from 'node:crypto'
import { appendFileSync, existsSync, globSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import { writeDocs } from './api-docs/write-docs.ts'
import { readProductionPackages } from './production-packages.ts'
import { passOnSignals, ROOT, runTool } from './run-tool.ts'

/** Written last: a build that was killed leaves none (Vite empties the folder first). */
const MARKER = join(ROOT, 'dist', '.built-from')
const INPUTS = [
  'src/**',
  'scripts/api-docs/**',
  'public/**',
  'index.html',
  'vite.config.ts',
  'tsconfig.json',
  'package.json',
  'package-lock.json',
]

/** Builds the web app. False when the build failed; its messages are on the terminal. */
export async function build(): Promise<boolean> {
  const inputs = hashInputs()
  // NODE_ENV=development in the environment would put the libraries' slow development builds into the product.
  const { code } = await runTool('vite', ['build', '--logLevel', 'warn'], { env: { NODE_ENV: 'production' } })
  if (code !== 0) return false
  // After Vite, which knows nothing of them: the app's shell, which tablets keep, holds no document.
  writeDocs(join(ROOT, 'dist', 'docs'), { version: packageOf(ROOT).version, modules: join(ROOT, 'node_modules') })
  addLicenses()
  await compressFiles()
  writeFileSync(MARKER, inputs)
  return true
}

/** What is smaller than this gains nothing. */
const COMPRESS_FROM_BYTES = 1024

/**
 * A `.br` and a `.gz` beside each file of text or code: the server sends them as they are (server/routes/web-app.ts), where each request
 * would compress them anew, and less.
 */
async function compressFiles(): Promise<void> {
  const files = globSync('**/*.{js,mjs,css,html,json,svg,webmanifest,wasm,txt}', { cwd: join(ROOT, 'dist') })
  await Promise.all(
    files.map(async (name) => {
      const path = join(ROOT, 'dist', name)
      const content = await readFile(path)
      if (content.length < COMPRESS_FROM_BYTES) return
      const params = {
        [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
        [constants.BROTLI_PARAM_SIZE_HINT]: content.length,
      }
      await Promise.all([
        promisify(brotliCompress)(content, { params }).then((small) => writeFile(`${path}.br`, small)),
        promisify(gzip)(content, { level: constants.Z_BEST_COMPRESSION }).then((small) =>
          writeFile(`${path}.gz`, small),
        ),
      ])
    }),
  )
}

/** For profiles: functions keep their names. It leaves no marker, so whoever wants the product next builds it. */
export async function buildReadable(): Promise<boolean> {
  const { code } = await runTool('vite', ['build', '--minify', 'false', '--logLevel', 'warn'], {
    env: { NODE_ENV: 'production' },
  })
  return code === 0
}

/**
 * What Vite's list of licences does not see, and where its text lies: fonts, which are no scripts, what only the service worker has, and
 * the viewer at /docs with what is bundled in it.
 */
const UNSEEN: readonly (readonly [name: string, ...files: string[]])[] = [
  ['@fontsource-variable/plus-jakarta-sans', 'LICENSE'],
  ['workbox-core', 'LICENSE'],
  ['workbox-precaching', 'LICENSE'],
  ['workbox-routing', 'LICENSE'],
  ['swagger-ui-dist', 'NOTICE', 'LICENSE', 'swagger-ui-bundle.js.LICENSE.txt'],
]

function addLicenses(): void {
  const list = join(ROOT, 'dist', 'licenses.txt')
  for (const [name, ...files] of UNSEEN) {
    const folder = join(ROOT, 'node_modules', name)
    const { version, license } = packageOf(folder)
    const text = files.map((file) => readFileSync(join(folder, file), 'utf8').trim()).join('\n\n')
    appendFileSync(list, `\n## ${name} - ${version} (${license})\n\n${text}\n`)
  }
  const lockfile: unknown = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8'))
  const rows = readProductionPackages(lockfile).map(({ name, version, license }) => `- ${name} ${version}: ${license}`)
  const title = '# All packages of app and server (those of the server have their texts in node_modules)'
  appendFileSync(list, `\n${title}\n\n${rows.join('\n')}\n`)
}

function packageOf(folder: string): { readonly version: string; readonly license: string } {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
}

/** Builds unless dist/ was made from exactly these sources. */
export async function buildWhenNeeded(): Promise<boolean> {
  if (existsSync(MARKER) && readFileSync(MARKER, 'utf8') === hashInputs()) return true
  console.log('Building the web app …')
  return build()
}

function hashInputs(): string {
  const hash = createHash('sha256')
  for (const file of globSync(INPUTS, { cwd: ROOT }).sort()) {
    const path = join(ROOT, file)
    if (!statSync(path).isFile()) continue
    hash.update(`${file}\0`).update(readFileSync(path))
  }
  return hash.digest('hex')
}

if (import.meta.main) {
  passOnSignals()
  process.exitCode = (await build()) ? 0 : 1
}
