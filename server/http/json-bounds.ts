import type { FastifyInstance } from 'fastify'
import { invalidRequest } from './api-error.ts'
import { JsonScanError, scanJson } from './json-scanner.ts'

/** No body of the contract nests deeper than six. */
export const JSON_DEPTH_MAX = 32
/** Values of one body, uploads apart. */
const JSON_VALUES_MAX = 100_000

/**
 * Lets every JSON body be looked at before it is parsed: depth and number of values are bounded, so that nothing behind it has to
 * fear recursion, and parsing takes milliseconds.
 */
export function boundJsonBodies(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error')
  app.removeContentTypeParser('application/json')
  app.addContentTypeParser<Buffer>('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    try {
      // Fastify's parser has its own words for a body without anything.
      if (body.length > 0) checkBounds(body)
    } catch (error) {
      done(error instanceof Error ? error : new Error(String(error)))
      return
    }
    parse(request, body.toString('utf8'), done)
  })
}

function checkBounds(body: Buffer): void {
  try {
    const { depth, values } = scanJson(body)
    if (depth > JSON_DEPTH_MAX) throw invalidRequest(`The body nests deeper than ${JSON_DEPTH_MAX} levels`)
    if (values > JSON_VALUES_MAX) throw invalidRequest(`The body holds more than ${JSON_VALUES_MAX} values`)
  } catch (error) {
    if (error instanceof JsonScanError) throw invalidRequest('The body is not valid JSON')
    throw error
  }
}
