import type { FastifyInstance } from 'fastify'

/** Collects the routes as they are registered; must be called before the first. Finds the methods that a path has, for a 405. */
export function createMethodFinder(app: FastifyInstance): (path: string) => readonly string[] {
  const routes: { readonly pattern: RegExp; readonly methods: readonly string[] }[] = []
  app.addHook('onRoute', ({ url, method }) => {
    // The web app's wildcard takes every path; it says nothing about endpoints.
    if (url.includes('*')) return
    const pattern = url
      .split('/')
      .map((part) => (part.startsWith(':') ? '[^/]+' : part.replace(/[^A-Za-z0-9_-]/g, '\\$&')))
    routes.push({ pattern: new RegExp(`^${pattern.join('/')}$`), methods: [method].flat() })
  })
  return (path) => [...new Set(routes.filter(({ pattern }) => pattern.test(path)).flatMap(({ methods }) => methods))]
}
