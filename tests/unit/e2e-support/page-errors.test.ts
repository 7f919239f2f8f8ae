import { describe, expect, it } from 'vitest'
import { answered, NETWORK_ERRORS } from '../../../e2e/support/page-errors.ts'

const status = (code: number, path: string) =>
  `console: Failed to load resource: the server responded with a status of ${code} (…) (http://127.0.0.1:1${path})`

describe('what a browser test with a cut network may find in the console', () => {
  it.each([
    'console: Failed to load resource: net::ERR_CONNECTION_REFUSED (http://127.0.0.1:1/api/v1/changes)',
    "console: WebSocket connection to 'ws://127.0.0.1:1/mqtt' failed: Error in connection establishment: net::ERR_CONNECTION_RESET",
    "console: WebSocket connection to 'ws://127.0.0.1:1/mqtt' failed: WebSocket is closed before the connection is established.",
  ])('is %s', (line) => expect(line).toMatch(NETWORK_ERRORS))

  it.each([
    status(400, '/api/v1/pos/offline/batch-sync'),
    status(500, '/api/v1/changes?after=3'),
    status(503, '/api/v1/device/me'),
    status(410, '/api/v1/changes?after=3'),
    "console: WebSocket connection to 'ws://127.0.0.1:1/mqtt' failed: Error during WebSocket handshake: Unexpected response code: 500",
    'uncaught: TypeError: Failed to fetch',
  ])('is not %s', (line) => expect(line).not.toMatch(NETWORK_ERRORS))

  it('is a status that the test named, and no other', () => {
    expect(status(401, '/x')).toMatch(answered(404, 401))
    expect(status(400, '/x')).not.toMatch(answered(404, 401))
  })
})
