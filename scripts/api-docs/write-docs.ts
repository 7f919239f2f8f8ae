/**
 * What the server serves at /docs: both documents, a page for each, and what the pages need. Made by the build, so that the server
 * computes nothing and the viewer is no package of its installation.
 */
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { writeAsyncApi } from './asyncapi.ts'
import { drawEventsPage } from './events-page.ts'
import { writeOpenApi } from './openapi.ts'

const PAGES = join(import.meta.dirname, 'pages')
/** Of swagger-ui-dist: without its maps, its other builds and its own page. */
const VIEWER = ['swagger-ui-bundle.js', 'swagger-ui.css']

/**
 * @param folder `dist/docs`, made when it is not there
 * @param modules the `node_modules` that the viewer is taken from
 */
export function writeDocs(folder: string, { version, modules }: { version: string; modules: string }): void {
  mkdirSync(folder, { recursive: true })
  const asyncApi = writeAsyncApi(version)
  writeFileSync(join(folder, 'openapi.json'), `${JSON.stringify(writeOpenApi(version), null, 1)}\n`)
  writeFileSync(join(folder, 'asyncapi.json'), `${JSON.stringify(asyncApi, null, 1)}\n`)
  const head = readFileSync(join(PAGES, 'head.html'), 'utf8')
  writeFileSync(join(folder, 'events.html'), drawEventsPage(head, asyncApi))
  const page = readFileSync(join(PAGES, 'rest.html'), 'utf8')
  writeFileSync(
    join(folder, 'index.html'),
    page.replace('<!-- head -->', () => head),
  )
  for (const name of ['docs.css', 'show-rest.js']) copyFileSync(join(PAGES, name), join(folder, name))
  for (const name of VIEWER) copyFileSync(join(modules, 'swagger-ui-dist', name), join(folder, name))
}
