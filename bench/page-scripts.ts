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
export async function bundlePageScript(name: 'probe' | 'floors' | 'search-probe' | 'cart-probe'): Promise<string> {
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

/** The floors' page on a loopback port of its own: the product's content security policy is not for it. */
export async function serveFloors(): Promise<LocalSite> {
  const html = await readFile(join(import.meta.dirname, 'page', 'floors.html'))
  const script = await bundlePageScript('floors')
  const server = createServer((request, response) => {
    const isScript = request.url === '/floors.js'
    if (!isScript && request.url !== '/') return response.writeHead(404).end()
    return response
      .writeHead(200, { 'content-type': isScript ? 'text/javascript; charset=utf-8' : 'text/html; charset=utf-8' })
      .end(isScript ? script : html)
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
