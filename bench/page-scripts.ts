import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { build } from 'vite'
import { withFreePort } from '../e2e/support/free-port.ts'

export interface LocalSite {
  readonly origin: string
  close(): Promise<void>
}

/** One of bench/page as a classic script. */
export async function bundlePageScript(
  name: 'probe' | 'floors' | 'floor-list' | 'search-probe' | 'cart-probe',
): Promise<string> {
  const output = await build({
    configFile: false,
    logLevel: 'error',
    publicDir: false,
    define: { 'process.env.NODE_ENV': '"production"' },
    build: {
      write: false,
      copyPublicDir: false,
      rolldownOptions: { input: join(import.meta.dirname, 'page', `${name}.ts`), output: { format: 'iife' } },
    },
  })
  const [result] = Array.isArray(output) ? output : [output]
  const chunk = result && 'output' in result ? result.output[0] : undefined
  if (!chunk) throw new Error(`${name}.ts gave no script`)
  return chunk.code
}

interface ServedFile {
  readonly type: string
  readonly content: string
}

/**
 * The floors' pages on a loopback port of their own: the product's content security policy is not for them. `/` is for messages,
 * `/list` for start and search with the products of `/catalogue.json`.
 */
export async function serveFloors(catalogue = '[]'): Promise<LocalSite> {
  const page = async (name: string) => ({
    type: 'text/html; charset=utf-8',
    content: await readFile(join(import.meta.dirname, 'page', `${name}.html`), 'utf8'),
  })
  const script = async (name: 'floors' | 'floor-list') => ({
    type: 'text/javascript; charset=utf-8',
    content: await bundlePageScript(name),
  })
  const files = new Map<string, ServedFile>([
    ['/', await page('floors')],
    ['/floors.js', await script('floors')],
    ['/list', await page('floor-list')],
    ['/floor-list.js', await script('floor-list')],
    ['/catalogue.json', { type: 'application/json', content: catalogue }],
  ])
  const server = createServer((request, response) => {
    const file = files.get(request.url ?? '')
    if (!file) return response.writeHead(404).end()
    return response.writeHead(200, { 'content-type': file.type }).end(file.content)
  })
  const port = await withFreePort(
    (candidate) =>
      new Promise<number>((resolve, reject) => {
        server.once('error', reject)
        server.listen(candidate, '127.0.0.1', () => {
          server.off('error', reject)
          resolve(candidate)
        })
      }),
    (error) => error instanceof Error && 'code' in error && error.code === 'EADDRINUSE',
  )
  return {
    origin: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
