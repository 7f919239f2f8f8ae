import { readFile } from 'node:fs/promises'
import Fastify, { type FastifyInstance } from 'fastify'
import * as v from 'valibot'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { createAccessControl } from '../../../server/broker/access-control.ts'
import { answerError } from '../../../server/http/answer-error.ts'
import { type MqttHooksOptions, registerMqttHooks } from '../../../server/routes/mqtt-hooks.ts'
import { allow, authenticateBody, deny, publishBody, subscribeBody } from '../../fixtures/emqx.ts'
import { createTestDirectory } from '../../support/device-directory.ts'

const SECRET = 'hook-secret-of-the-test'
const AUTHENTICATE = '/internal/mqtt/authenticate'
const AUTHORIZE = '/internal/mqtt/authorize'
const BACKEND = { username: 'mstore-backend', password: 'backend-password', clientid: 'mstore-backend-1' }

describe('what EMQX is told', () => {
  const apps: FastifyInstance[] = []
  afterEach(async () => {
    await Promise.all(apps.splice(0).map((app) => app.close()))
  })

  function createHooks(
    { secret, ...options }: { secret: string | undefined } & Pick<MqttHooksOptions, 'signInsEnd'> = { secret: SECRET },
  ) {
    const directory = createTestDirectory()
    directory.add({
      deviceId: 'DEV-DBBA60CF',
      password: 'right-token',
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
      ...options,
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
    /** What EMQX knows of a client after it was let in. */
    const letIn = async (login: { username: string; password: string; clientid: string }) => {
      const { body } = await ask(AUTHENTICATE, login)
      const attributes = v.safeParse(v.object({ client_attrs: v.record(v.string(), v.string()) }), body)
      return attributes.success ? attributes.output.client_attrs : {}
    }
    /** The bodies of a device's and the backend's questions once they were let in. */
    const known = async () => ({
      subscribe: { ...subscribeBody, mstore_proof: (await letIn(authenticateBody)).mstore_proof ?? '' },
      publish: { ...publishBody, mstore_proof: (await letIn(BACKEND)).mstore_proof ?? '' },
    })
    return { directory, ask, letIn, known }
  }

  test('a device by its token, and only by it', async () => {
    const { ask, directory } = createHooks()
    const answer = await ask(AUTHENTICATE, authenticateBody)
    expect(answer).toMatchObject({ status: 200, type: expect.stringContaining('application/json') })
    expect(answer.body).toEqual({ ...allow, client_attrs: { mstore_proof: expect.stringMatching(/^[0-9a-f]{64}$/) } })
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
    expect((await ask(AUTHENTICATE, BACKEND)).body).toMatchObject({ ...allow, client_attrs: { mstore_env: 'dev' } })
    expect((await ask(AUTHENTICATE, { ...BACKEND, password: 'right-token' })).body).toEqual(deny)
  })

  test('[I4] a client that came in while EMQX was starting, under whatever name, may nothing', async () => {
    const { ask, known, letIn } = createHooks()
    const { subscribe, publish } = await known()
    for (const proof of ['', 'undefined', null, subscribe.mstore_proof.replace(/^./, 'x')]) {
      expect((await ask(AUTHORIZE, { ...subscribe, mstore_proof: proof })).body).toEqual(deny)
      expect((await ask(AUTHORIZE, { ...publish, mstore_proof: proof })).body).toEqual(deny)
    }
    // One client's proof is no other's: not of another tab, and not the backend's.
    expect((await ask(AUTHORIZE, { ...subscribe, clientid: 'DEV-DBBA60CF-tab2' })).body).toEqual(deny)
    expect((await ask(AUTHORIZE, { ...publish, mstore_proof: subscribe.mstore_proof })).body).toEqual(deny)
    const { mstore_proof: _proof, ...withoutProof } = publish
    expect((await ask(AUTHORIZE, withoutProof)).body).toEqual(deny)
    // Another server with the same secret takes it: EMQX may ask either.
    expect((await createHooks().ask(AUTHORIZE, publish)).body).toEqual(allow)
    expect(await letIn({ ...authenticateBody, password: 'wrong' })).toEqual({})
  })

  test('without the API a revoked device’s sign-in ends within 15 minutes; the backend’s does not', async () => {
    const now = Date.parse('2026-11-29T08:00:00Z')
    for (const [random, minutes] of [
      [0, 15],
      [0.999_999, 10],
    ] as const) {
      const { ask } = createHooks({ secret: SECRET, signInsEnd: { clock: () => now, random: () => random } })
      const { body } = await ask(AUTHENTICATE, authenticateBody)
      const ends = v.parse(v.object({ expire_at: v.number() }), body).expire_at
      expect(Math.round((ends - now / 1000) / 60)).toBe(minutes)
      expect((await ask(AUTHENTICATE, BACKEND)).body).not.toHaveProperty('expire_at')
    }
  })

  test('[I5] what nobody may do is denied without a look-up', async () => {
    const { ask, directory, known } = createHooks()
    const { subscribe } = await known()
    const lookUp = vi.spyOn(directory, 'findDeviceScope')
    for (const topic of [
      '$SYS/#',
      '$delayed/1/dev/MCH-MST-001/BRN-MST-OSK00001/x',
      'a/'.repeat(30_000),
      'x'.repeat(2_000),
    ]) {
      expect((await ask(AUTHORIZE, { ...subscribe, topic })).body).toEqual(deny)
    }
    expect((await ask(AUTHORIZE, { ...subscribe, action: 'publish', topic: 'x' })).body).toEqual(deny)
    expect((await ask(AUTHORIZE, { ...subscribe, action: 'all' })).body).toEqual(deny)
    expect(lookUp).not.toHaveBeenCalled()
  })

  test('[I4] a subscription inside the device’s branch, nothing else', async () => {
    const { ask, directory, known } = createHooks()
    const { subscribe } = await known()
    expect((await ask(AUTHORIZE, subscribe)).body).toEqual(allow)
    for (const topic of [
      '#',
      'dev/#',
      'dev/+/BRN-MST-OSK00001/#',
      'dev/MCH-MST-001/BRN-OTHER/product/updates',
      '$share/g/dev/MCH-MST-001/BRN-MST-OSK00001/product/updates',
      '',
    ]) {
      expect((await ask(AUTHORIZE, { ...subscribe, topic })).body).toEqual(deny)
    }
    expect((await ask(AUTHORIZE, { ...subscribe, username: 'DEV-00000000' })).body).toEqual(deny)
    expect((await ask(AUTHORIZE, { ...subscribe, clientid: 'DEV-00000000-1' })).body).toEqual(deny)
    directory.remove('DEV-DBBA60CF')
    expect((await ask(AUTHORIZE, subscribe)).body).toEqual(deny)
  })

  test('[I4] a publish by the backend, not retained, and by nobody else', async () => {
    const { ask, known } = createHooks()
    const { subscribe, publish } = await known()
    expect((await ask(AUTHORIZE, publish)).body).toEqual(allow)
    expect((await ask(AUTHORIZE, { ...publish, retain: 'true' })).body).toEqual(deny)
    expect((await ask(AUTHORIZE, { ...publish, retain: true })).body).toEqual(deny)
    expect((await ask(AUTHORIZE, { ...publish, topic: 'dev/x' })).body).toEqual(deny)
    expect((await ask(AUTHORIZE, { ...publish, topic: 'prod/MCH-MST-001/BRN-1/product/updates' })).body).toEqual(deny)
    const { username, clientid, mstore_proof } = subscribe
    expect((await ask(AUTHORIZE, { ...publish, username, clientid, mstore_proof })).body).toEqual(deny)
    expect((await ask(AUTHORIZE, { ...publish, action: 'all' })).body).toEqual(deny)
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
    vi.spyOn(directory, 'signIn').mockRejectedValue(new Error('database away'))
    expect((await ask(AUTHENTICATE, authenticateBody)).status).toBe(500)
  })

  test('the configuration that is shipped sends these bodies and this header', async () => {
    const config = await readFile(new URL('../../../deploy/emqx/emqx.conf', import.meta.url), 'utf8')
    const bodies = [...config.matchAll(/body \{([^}]*(?:\$\{[\w.]+\}[^}]*)*)\}\n/g)].map(([, fields]) =>
      [...(fields ?? '').matchAll(/(\w+) = "\$\{([\w.]+)\}"/g)].map(([, name, placeholder]) => {
        expect(placeholder).toBe(name === 'mstore_proof' ? 'client_attrs.mstore_proof' : name)
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
