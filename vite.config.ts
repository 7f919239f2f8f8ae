import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { build, defineConfig, type Plugin, type Rolldown } from 'vite'
import { VitePWA } from 'vite-plugin-pwa'

const packageJson: { version: string } = JSON.parse(readFileSync(new URL('./package.json', import.meta.url), 'utf8'))
const server = `http://localhost:${process.env.PORT ?? 8080}`

/** A tree without git (an archive) still builds. */
function gitCommit(): string {
  try {
    return execFileSync('git', ['rev-parse', '--short', 'HEAD'], { stdio: ['ignore', 'pipe', 'ignore'] })
      .toString()
      .trim()
  } catch {
    return 'unknown'
  }
}

/**
 * Theme and language must stand before the first paint, and the content security policy allows no inline script: so
 * first-paint.ts becomes a small classic script in the head, which the browser runs before it paints.
 */
function firstPaint(): Plugin {
  const entry = new URL('./src/app/first-paint.ts', import.meta.url).pathname
  const compile = async (): Promise<string> => {
    const output = await build({
      configFile: false,
      logLevel: 'error',
      publicDir: false,
      build: {
        write: false,
        copyPublicDir: false,
        rolldownOptions: { input: entry, output: { format: 'iife', entryFileNames: 'first-paint.js' } },
      },
    })
    const [result] = Array.isArray(output) ? output : [output]
    const chunk = result && 'output' in result ? result.output[0] : undefined
    if (!chunk) throw new Error('first-paint.ts gave no script')
    return chunk.code
  }
  let code = ''
  let path = ''
  return {
    name: 'first-paint',
    async buildStart() {
      code = await compile()
      path = `assets/first-paint-${createHash('sha256').update(code).digest('hex').slice(0, 8)}.js`
    },
    configureServer({ middlewares }) {
      middlewares.use('/assets/', (request, response, next) => {
        if (!request.url?.startsWith('/first-paint')) return next()
        response.setHeader('content-type', 'text/javascript').end(code)
      })
    },
    generateBundle() {
      this.emitFile({ type: 'asset', fileName: path, source: code })
    },
    transformIndexHtml: () => [{ tag: 'script', attrs: { src: `/${path}` }, injectTo: 'head-prepend' }],
  }
}

/** True for a module that `entry` reaches without an `import()`. */
function isReachedFrom(entry: string, id: string, chunks: Rolldown.ChunkingContext): boolean {
  const seen = new Set([id])
  for (const module of seen) {
    if (module.endsWith(entry)) return true
    for (const importer of chunks.getModuleInfo(module)?.importers ?? []) seen.add(importer)
  }
  return false
}

export default defineConfig({
  resolve: {
    // Libraries that are written for React's interface get Preact's.
    alias: [
      { find: /^react$/, replacement: 'preact/compat' },
      { find: /^react-dom$/, replacement: 'preact/compat' },
      { find: /^react\/jsx-runtime$/, replacement: 'preact/jsx-runtime' },
    ],
  },
  define: {
    __BUILD__: JSON.stringify({ version: packageJson.version, commit: gitCommit() }),
  },
  build: {
    target: ['chrome111', 'safari16.4', 'firefox128'],
    // Sources are in the repository; served, they would only tell where to look.
    sourcemap: false,
    // Served at /licenses, as the licences of what is bundled ask for.
    license: { fileName: 'licenses.txt' },
    rolldownOptions: {
      // Marks for servers that render components: here none does.
      onLog: (level, log, handle) => (log.code === 'MODULE_LEVEL_DIRECTIVE' ? undefined : handle(level, log)),
      output: {
        // What the first paint waits for is one script, what every screen stands in is another, what several screens share a
        // third. MQTT is one of its own, and so are the frameworks, which change less often than the app.
        codeSplitting: {
          groups: [
            { name: 'preact', test: /node_modules\/preact\// },
            { name: 'dexie', test: /node_modules\/dexie/ },
            {
              debugName: 'start, workplace',
              name: (id, chunks) =>
                isReachedFrom('/src/main.tsx', id, chunks)
                  ? 'start'
                  : isReachedFrom('/src/app/workplace.tsx', id, chunks)
                    ? 'workplace'
                    : null,
            },
            { name: 'common', test: /\/(src|lucide-react)\//, minShareCount: 3 },
          ],
        },
      },
    },
  },
  // The engine loads MQTT as a chunk of its own too.
  worker: { format: 'es' },
  server: {
    proxy: {
      '/api': server,
      '/healthz': server,
      '/readyz': server,
      '/internal': server,
      '/docs': server,
      '/mqtt': { target: server, ws: true },
    },
  },
  plugins: [
    firstPaint(),
    VitePWA({
      strategies: 'injectManifest',
      srcDir: 'src/service-worker',
      filename: 'service-worker.ts',
      injectRegister: false,
      registerType: 'prompt',
      injectManifest: {
        globPatterns: ['**/*.{js,css,html,woff2,svg,png,webmanifest,wasm}'],
        // The server answers these with its own cache rules; hashed names need no revision.
        dontCacheBustURLsMatching: /^assets\//,
      },
      manifest: {
        id: '/',
        start_url: '/sell',
        scope: '/',
        name: 'MStore Counter',
        short_name: 'MStore',
        description: 'Stok cabang di setiap kasir, langsung.',
        lang: 'id',
        dir: 'ltr',
        display: 'standalone',
        theme_color: '#fbfaf7',
        background_color: '#fbfaf7',
        categories: ['business', 'productivity'],
        icons: [
          { src: '/icons/icon-192.png', sizes: '192x192', type: 'image/png', purpose: 'any' },
          { src: '/icons/icon-512.png', sizes: '512x512', type: 'image/png', purpose: 'any' },
          { src: '/icons/icon-maskable-512.png', sizes: '512x512', type: 'image/png', purpose: 'maskable' },
        ],
        shortcuts: [
          { name: 'Stok', url: '/', icons: [{ src: '/icons/icon-192.png', sizes: '192x192', type: 'image/png' }] },
          {
            name: 'Diagnostik',
            url: '/diagnostics',
            icons: [{ src: '/icons/icon-192.png', sizes: '192x192', type: 'image/png' }],
          },
        ],
      },
    }),
  ],
})
