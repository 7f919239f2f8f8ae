import { readFile } from 'node:fs/promises'
import Fastify, { type FastifyInstance } from 'fastify'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { createAccessControl } from '../../../server/broker/access-control.ts'
import { answerError } from '../../../server/http/answer-error.ts'
import { registerMqttHooks } from '../../../server/routes/mqtt-hooks.ts'
import { allow, authenticateBody, deny, publishBody, subscribeBody } from '../../fixtures/emqx.ts'
import { createTestDirectory } from '../../support/device-directory.ts'

const SECRET = 'hook-secret-of-the-test'
const AUTHENTICATE = '/internal/mqtt/authenticate'
const AUTHORIZE = '/internal/mqtt/authorize'

describe('what EMQX is told', () => {
  const apps: FastifyInstance[] = []
  afterEach(async () => {
    await Promise.all(apps.splice(0).map((app) => app.close()))
  })

  function createHooks({ secret }: { secret: string | undefined } = { secret: SECRET }) {
    const directory = createTestDirectory()
    directory.add({
      deviceId: 'DEV-DBBA60CF',
      token: 'right-token',
      scope: { env: 'dev', merchantCode: 'MCH-MST-001', branchCode: 'BRN-MST-OSK00001' },
    })
    const app = Fastify()
    apps.push(app)
    app.setErrorHandler(answerError)
    registerMqttHooks(app, {
      access: createAccessControl({
        env: 'dev',
        backend: { username: 'mstore-backend', password: 'backend-password' },
        devices: directory,
      }),
      secret,
    })
    const ask = async (url: string, payload: unknown, headers: Record<string, string> = {}) => {
      const answer = await app.inject({
        method: 'POST',
        url,
        headers: { 'content-type': 'application/json', 'x-mstore-hook-secret': SECRET, ...headers },
        payload: typeof payload === 'string' ? payload : JSON.stringify(payload),
      })
      return { status: answer.statusCode, type: answer.headers['content-type'], body: answer.json() as unknown }
    }
    return { directory, ask }
  }

  test('a device by its token, and only by it', async () => {
    const { ask, directory } = createHooks()
    const answer = await ask(AUTHENTICATE, authenticateBody)
    expect(answer).toMatchObject({ status: 200, type: expect.stringContaining('application/json') })
    expect(answer.body).toEqual(allow)
    for (const change of [
      { password: 'wrong' },
      { password: '' },
      { password: null },
      { username: '' },
      { username: null },
      { username: 'undefined' },
      { clientid: 'DEV-00000000-1' },
      { clientid: null },
    ]) {
      const refused = await ask(AUTHENTICATE, { ...authenticateBody, ...change })
      expect(refused).toMatchObject({ status: 200, body: deny })
    }
    directory.remove('DEV-DBBA60CF')
    expect((await ask(AUTHENTICATE, authenticateBody)).body).toEqual(deny)
  })

  test('the backend’s own connection, and never as a superuser', async () => {
    const { ask } = createHooks()
    const login = { username: 'mstore-backend', password: 'backend-password', clientid: 'mstore-backend-1' }
    expect((await ask(AUTHENTICATE, login)).body).toEqual(allow)
    expect((await ask(AUTHENTICATE, { ...login, password: 'right-token' })).body).toEqual(deny)
  })

  test('[I4] a subscription inside the device’s branch, nothing else', async () => {
    const { ask, directory } = createHooks()
    expect((await ask(AUTHORIZE, subscribeBody)).body).toEqual(allow)
    for (const topic of [
      '#',
      'dev/#',
      'dev/+/BRN-MST-OSK00001/#',
      'dev/MCH-MST-001/BRN-OTHER/product/updates',
      '$share/g/dev/MCH-MST-001/BRN-MST-OSK00001/product/updates',
      '',
    ]) {
      expect((await ask(AUTHORIZE, { ...subscribeBody, topic })).body).toEqual(deny)
    }
    expect((await ask(AUTHORIZE, { ...subscribeBody, username: 'DEV-00000000' })).body).toEqual(deny)
    expect((await ask(AUTHORIZE, { ...subscribeBody, clientid: 'DEV-00000000-1' })).body).toEqual(deny)
    directory.remove('DEV-DBBA60CF')
    expect((await ask(AUTHORIZE, subscribeBody)).body).toEqual(deny)
  })

  test('[I4] a publish by the backend, not retained, and by nobody else', async () => {
    const { ask } = createHooks()
    expect((await ask(AUTHORIZE, publishBody)).body).toEqual(allow)
    expect((await ask(AUTHORIZE, { ...publishBody, retain: 'true' })).body).toEqual(deny)
    expect((await ask(AUTHORIZE, { ...publishBody, retain: true })).body).toEqual(deny)
    expect((await ask(AUTHORIZE, { ...publishBody, topic: 'dev/x' })).body).toEqual(deny)
    const { username, clientid } = subscribeBody
    expect((await ask(AUTHORIZE, { ...publishBody, username, clientid })).body).toEqual(deny)
    expect((await ask(AUTHORIZE, { ...publishBody, action: 'all' })).body).toEqual(deny)
  })

  test.each([
    ['without the secret', { 'x-mstore-hook-secret': '' }, SECRET],
    ['with a wrong secret', { 'x-mstore-hook-secret': 'hook-secret-of-another' }, SECRET],
    ['when the server has none', {}, undefined],
    ['when the server has an empty one', { 'x-mstore-hook-secret': '' }, ''],
  ])('nobody is let in %s', async (_name, headers, secret) => {
    const { ask } = createHooks({ secret })
    for (const [url, body] of [
      [AUTHENTICATE, authenticateBody],
      [AUTHORIZE, subscribeBody],
    ] as const) {
      const answer = await ask(url, body, headers)
      expect(answer).toMatchObject({ status: 401, body: { code: 401, error: { kind: 'unauthorized' } } })
    }
  })

  test('[I5] bad bodies and a lost database are errors, which EMQX takes as no', async () => {
    const { ask, directory } = createHooks()
    for (const body of ['not json', '[]', '"x"', { username: 5 }, { topic: 'x' }]) {
      expect((await ask(AUTHORIZE, body)).status).toBe(400)
    }
    expect((await ask(AUTHORIZE, { ...subscribeBody, topic: 'x'.repeat(65_535) })).body).toEqual(deny)
    vi.spyOn(directory, 'findDevice').mockRejectedValue(new Error('database away'))
    expect((await ask(AUTHENTICATE, authenticateBody)).status).toBe(500)
  })

  test('the configuration that is shipped sends these bodies and this header', async () => {
    const config = await readFile(new URL('../../../deploy/emqx/emqx.conf', import.meta.url), 'utf8')
    const bodies = [...config.matchAll(/body \{([^}]*(?:\$\{\w+\}[^}]*)*)\}\n/g)].map(([, fields]) =>
      [...(fields ?? '').matchAll(/(\w+) = "\$\{(\w+)\}"/g)].map(([, name, placeholder]) => {
        expect(placeholder).toBe(name)
        return name
      }),
    )
    expect(bodies).toEqual([Object.keys(authenticateBody), Object.keys(subscribeBody)])
    expect(config).toContain(`${AUTHENTICATE}"`)
    expect(config).toContain(`${AUTHORIZE}"`)
    const compose = await readFile(new URL('../../../compose.yaml', import.meta.url), 'utf8')
    expect(compose.match(/x-mstore-hook-secret/g)).toHaveLength(2)
  })
})
