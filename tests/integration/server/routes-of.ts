import type { FastifyInstance } from 'fastify'

const INDENT = 4

/** Every route that the app has, as `GET /api/v1/changes`. HEAD goes with its GET and is left out. */
export async function routesOf(app: FastifyInstance): Promise<string[]> {
  await app.ready()
  const path: string[] = []
  const routes: string[] = []
  for (const line of app.printRoutes({ commonPrefix: false }).split('\n')) {
    const [, before = '', rest = ''] = /^([│ ]*(?:├── |└── ))(.*)$/.exec(line) ?? []
    if (before === '') continue
    const [, part = '', methods] = /^(.*?)(?: \(([A-Z, ]+)\))?$/.exec(rest) ?? []
    path.splice(before.length / INDENT - 1)
    path.push(part)
    for (const method of methods?.split(', ') ?? []) {
      if (method !== 'HEAD') routes.push(`${method} ${path.join('')}`)
    }
  }
  return routes
}
