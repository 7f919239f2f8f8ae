import { existsSync } from 'node:fs'
import { extname, join, sep } from 'node:path'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { ApiError, notFound } from '../http/api-error.ts'
import { DOCS_HEADERS, PERMISSIONS_POLICY } from '../http/security-headers.ts'

/** Paths that belong to the server: a page of the web app must never stand in for a missing endpoint. */
const SERVER_PATHS = /^\/(api|internal|mqtt|metrics|healthz|readyz|licenses|docs)(\/|$)/

/**
 * Serves the built web app. Files in `assets/` carry a hash in their name and never change; everything else (index.html,
 * the service worker, the manifest, icons) is asked for again each time, and answered by 304.
 */
export async function registerWebApp(app: FastifyInstance, distDir: string): Promise<void> {
  const docs = join(distDir, 'docs') + sep
  await app.register(fastifyStatic, {
    root: distDir,
    cacheControl: false,
    dotfiles: 'ignore',
    index: ['index.html'],
    // The build leaves a .br and a .gz beside what compressing makes smaller.
    preCompressed: true,
    setHeaders(response, path) {
      if (path.startsWith(docs)) {
        for (const [name, value] of Object.entries(DOCS_HEADERS)) response.header(name, value)
      } else if (/\.html(\.(br|gz))?$/.test(path)) {
        // Only a page asks for anything; elsewhere it would double what a 304 weighs.
        response.header('permissions-policy', PERMISSIONS_POLICY)
      }
      const hashed = path.startsWith(join(distDir, 'assets'))
      response.header('cache-control', hashed ? 'public, max-age=31536000, immutable' : 'no-cache')
    },
  })
  // The licences of what is bundled: text with marks of headings, which a browser shows as it is.
  app.get('/licenses', (_request, reply) => reply.sendFile('licenses.txt'))
  // Its own links are those of a folder.
  app.get('/docs', (_request, reply) => reply.redirect('/docs/'))
}

/**
 * Answers what no route took: the app's own page for a navigation to one of its screens, 405 where the path exists for
 * another method, else 404. `allowedMethods` finds the methods of a path.
 */
export function createNotFoundHandler(
  distDir: string | null,
  allowedMethods: (path: string) => readonly string[],
): (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply> {
  return async (request, reply) => {
    const path = request.url.split('?', 1)[0] ?? ''
    const methods = allowedMethods(path)
    if (methods.length > 0) {
      throw new ApiError(405, 'invalid_request', `${request.method} is not possible here`, {
        allow: methods.join(', '),
      })
    }
    if (distDir !== null && isNavigation(request, path) && existsSync(join(distDir, 'index.html'))) {
      return reply.sendFile('index.html')
    }
    throw notFound('There is nothing at this address')
  }
}

/** A browser that opens a screen asks for HTML; a missing script, image or endpoint must stay missing. */
function isNavigation(request: FastifyRequest, path: string): boolean {
  return (
    (request.method === 'GET' || request.method === 'HEAD') &&
    (request.headers.accept ?? '').includes('text/html') &&
    extname(path) === '' &&
    !SERVER_PATHS.test(path)
  )
}
