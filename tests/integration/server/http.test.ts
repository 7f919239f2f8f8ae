import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { type AddressInfo, connect } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { brotliCompressSync, brotliDecompressSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Database } from '../../../server/database.ts'
import { asAdminUser, createLogRecorder, createTestApp, refusalOf, type TestApp } from './support.ts'

const PAGE = '<!doctype html><title>MStore</title>'
const SCRIPT = `console.log(${JSON.stringify('x'.repeat(5000))})`

/** Every statement fails as a mistake in it would. */
const brokenDatabase: Database = {
  driver: 'pglite',
  query: () => Promise.reject(Object.assign(new Error('column "secret_column" does not exist'), { code: '42703' })),
  transaction: () => Promise.reject(new Error('SELECT secret_column')),
  script: () => Promise.resolve(),
  listen: () => Promise.resolve(() => Promise.resolve()),
  close: () => Promise.resolve(),
}

let folder: string
let test: TestApp

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'mstore-dist-'))
  const files = {
    'index.html': PAGE,
    'sw.js': SCRIPT,
    'manifest.webmanifest': '{}',
    'assets/app-1a2b3c.js': SCRIPT,
    'assets/ready-3c4d5e.js': SCRIPT,
    'assets/ready-3c4d5e.js.br': brotliCompressSync('made by the build'),
    'index.html.br': brotliCompressSync(PAGE),
    '.env': 'X=1',
    'licenses.txt': '# Licenses\n<b>MIT</b>',
    'docs/index.html': '<title>REST</title>',
    'docs/viewer.js': SCRIPT,
    'docs/openapi.json': '{"openapi":"3.1.0"}',
  }
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), content)
  }
  test = await createTestApp(brokenDatabase, { distDir: folder })
})
afterAll(async () => {
  await test.app.close()
  rmSync(folder, { recursive: true })
})

const enroll = { method: 'POST', url: '/api/v1/device/enroll' } as const
const write = { method: 'POST', url: '/api/v1/admin/product' } as const
const json = { 'content-type': 'application/json' }
const refused = (request: Parameters<typeof refusalOf>[1]) => refusalOf(test.app, request)

describe('whatever is wrong, the answer has the one error shape', () => {
  it.each([
    ['a path that nobody has', { url: '/api/v1/nothing' }, [404, 'not_found']],
    [
      'a path with a method that it lacks',
      { method: 'DELETE', url: '/api/v1/admin/product/5' },
      [405, 'invalid_request'],
    ],
    ['JSON that is none', { ...enroll, headers: json, payload: '{"a":' }, [400, 'invalid_request']],
    ['an empty body', { ...enroll, headers: json, payload: '' }, [400, 'invalid_request']],
    ['no body at all', enroll, [400, 'invalid_request']],
    ['JSON that is no object', { ...enroll, headers: json, payload: '[1]' }, [400, 'invalid_request']],
    [
      'JSON that reaches for prototypes',
      { ...enroll, headers: json, payload: '{"__proto__":{"x":1}}' },
      [400, 'invalid_request'],
    ],
    [
      'JSON deeper than any body',
      { ...write, headers: { ...json, ...asAdminUser }, payload: `{"a":${'['.repeat(20_000)}${']'.repeat(20_000)}}` },
      [400, 'invalid_request'],
    ],
    [
      'JSON of more values than any body',
      {
        ...write,
        headers: { ...json, ...asAdminUser },
        payload: JSON.stringify({ a: Array.from({ length: 200_000 }, () => 0) }),
      },
      [400, 'invalid_request'],
    ],
    [
      'another content type',
      { ...enroll, headers: { 'content-type': 'text/plain' }, payload: 'x' },
      [415, 'invalid_request'],
    ],
    [
      'a body over 1 MiB',
      { ...write, headers: { ...json, ...asAdminUser }, payload: JSON.stringify({ a: 'x'.repeat(1_100_000) }) },
      [413, 'too_large'],
    ],
    [
      'a body over 4 kB of a stranger',
      { ...enroll, headers: json, payload: JSON.stringify({ a: 'x'.repeat(5_000) }) },
      [413, 'too_large'],
    ],
    ['a URL that cannot be decoded', { url: '/api/v1/%E0%A4%A' }, [400, 'invalid_request']],
  ] as const)('%s', async (_name, request, wanted) => {
    expect(await refused(request)).toEqual(wanted)
  })

  it('names the field that is wrong, and not what was sent', async () => {
    const payload = { pairing_code: 5, device_name: 'hostile <script>' }
    const answer = await test.app.inject({ ...enroll, payload })
    expect(answer.json<{ error: { message: string } }>().error.message).toMatch(/^pairing_code: /)
    expect(answer.body).not.toContain('hostile')
  })

  it('says which methods a path has', async () => {
    const answer = await test.app.inject({ method: 'DELETE', url: '/api/v1/settings' })
    expect(answer.headers.allow).toMatch(/GET.*PUT/)
  })

  it('never tells a stack or SQL', async () => {
    const payload = { pairing_code: 'ABCDEFGH', device_name: 'Kasir' }
    for (const request of [
      { ...enroll, payload },
      { url: '/api/v1/admin/device', headers: asAdminUser },
    ]) {
      const answer = await test.app.inject(request)
      expect(answer.statusCode).toBe(500)
      expect(answer.body).not.toMatch(/secret_column|SELECT|\.ts:|node_modules/)
    }
  })
})

describe('faults that a client causes again and again', () => {
  it('are so many lines, with addresses that are cut', async () => {
    const { log, lines } = createLogRecorder()
    const { app } = await createTestApp(brokenDatabase, { log })
    const payload = { pairing_code: 'ABCDEFGH', device_name: 'Kasir' }
    for (let count = 0; count < 500; count++) {
      const url = `${enroll.url}?x=${'y'.repeat(8_000)}`
      expect((await app.inject({ ...enroll, url, payload })).statusCode).toBe(500)
    }
    await app.close()
    expect(lines[0]).toContain('"msg":"request failed"')
    expect(lines.length).toBeLessThan(30)
    expect(lines.join('').length).toBeLessThan(60_000)
  })
})

describe('the web app', () => {
  it('is cached for a year where its name has a hash, else asked for each time', async () => {
    const cachingOf = async (url: string) => (await test.app.inject(url)).headers['cache-control']
    expect(await cachingOf('/assets/app-1a2b3c.js')).toBe('public, max-age=31536000, immutable')
    expect(await cachingOf('/')).toBe('no-cache')
    expect(await cachingOf('/index.html')).toBe('no-cache')
    expect(await cachingOf('/sw.js')).toBe('no-cache')
    expect(await cachingOf('/manifest.webmanifest')).toBe('no-cache')
  })

  it('is the page of every screen that a browser opens', async () => {
    const navigation = { accept: 'text/html,application/xhtml+xml' }
    const screen = await test.app.inject({ url: '/stock/1386?x=1', headers: navigation })
    expect([screen.statusCode, screen.body, screen.headers['cache-control']]).toEqual([200, PAGE, 'no-cache'])
  })

  it('never stands in for a missing file or endpoint', async () => {
    const navigation = { accept: 'text/html' }
    expect(await refused({ url: '/assets/old-9z9z9z.js', headers: navigation })).toEqual([404, 'not_found'])
    expect(await refused({ url: '/stock/1386' })).toEqual([404, 'not_found'])
    expect(await refused({ url: '/api/v1/nothing', headers: navigation })).toEqual([404, 'not_found'])
    expect(await refused({ url: '/mqtt', headers: navigation })).toEqual([404, 'not_found'])
  })

  it('gives nothing from outside its folder, and no hidden file', async () => {
    for (const url of ['/../package.json', '/%2e%2e/package.json', '/assets/..%2f..%2fpackage.json', '/.env']) {
      const answer = await test.app.inject(url)
      expect([url, answer.statusCode >= 400]).toEqual([url, true])
    }
  })

  it('is compressed for browsers that ask', async () => {
    const answer = await test.app.inject({ url: '/assets/app-1a2b3c.js', headers: { 'accept-encoding': 'br, gzip' } })
    expect(answer.headers['content-encoding']).toBe('br')
    expect(brotliDecompressSync(answer.rawPayload).toString()).toBe(SCRIPT)
    expect(answer.rawPayload.length).toBeLessThan(SCRIPT.length / 10)
  })

  it('is sent as the build has compressed it', async () => {
    const headers = { 'accept-encoding': 'br, gzip' }
    const script = await test.app.inject({ url: '/assets/ready-3c4d5e.js', headers })
    expect(brotliDecompressSync(script.rawPayload).toString()).toBe('made by the build')
    expect(script.headers).toMatchObject({
      'content-encoding': 'br',
      'content-type': expect.stringMatching(/^(text|application)\/javascript; charset=utf-8$/),
      'cache-control': 'public, max-age=31536000, immutable',
      vary: expect.stringMatching(/accept-encoding/i),
    })
    expect((await test.app.inject('/assets/ready-3c4d5e.js')).body).toBe(SCRIPT)

    const page = await test.app.inject({ url: '/', headers: { ...headers, accept: 'text/html' } })
    expect(brotliDecompressSync(page.rawPayload).toString()).toBe(PAGE)
    expect(page.headers).toMatchObject({ 'cache-control': 'no-cache', 'permissions-policy': expect.any(String) })
    const again = { ...headers, 'if-none-match': String(page.headers.etag) }
    expect((await test.app.inject({ url: '/', headers: again })).statusCode).toBe(304)
    const screen = await test.app.inject({ url: '/sell', headers: { ...headers, accept: 'text/html' } })
    expect(brotliDecompressSync(screen.rawPayload).toString()).toBe(PAGE)
  })

  it('runs no foreign or inline script, and connects to nowhere but here', async () => {
    const answer = await test.app.inject({ url: '/', headers: { host: 'kasir.local:8080' } })
    const policy = String(answer.headers['content-security-policy'])
    const directives = new Map(
      policy.split(';').map((part) => [part.split(' ', 1)[0], part.split(' ').slice(1).join(' ')]),
    )
    expect(directives.get('default-src')).toBe("'self'")
    expect(directives.get('script-src')).toBe("'self' 'wasm-unsafe-eval'")
    expect(directives.get('connect-src')).toBe("'self' ws://kasir.local:8080 wss://kasir.local:8080")
    expect(policy).not.toMatch(/'unsafe|upgrade-insecure/)
    expect(answer.headers['x-content-type-options']).toBe('nosniff')
    expect(answer.headers['strict-transport-security']).toBeUndefined()
  })

  it('tells another site nothing: no frame, no answer for its scripts, no cookie', async () => {
    const page = await test.app.inject({ url: '/', headers: { accept: 'text/html' } })
    expect(page.headers['content-security-policy']).toMatch(/frame-ancestors 'none'/)
    const origin = 'https://elsewhere.example'
    const asked = { 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization' }
    for (const url of ['/', '/healthz', '/api/v1/owner/product', '/api/v1/device/me', '/metrics']) {
      for (const method of ['GET', 'POST', 'OPTIONS'] as const) {
        const { headers } = await test.app.inject({ method, url, headers: { origin, ...asked } })
        const telling = Object.keys(headers).filter((name) => /^(access-control-|set-cookie)/.test(name))
        expect([method, url, telling]).toEqual([method, url, []])
      }
    }
  })

  it('lets no Host header write into its policy', async () => {
    const answer = await test.app.inject({ url: '/', headers: { host: "x; script-src 'unsafe-inline'" } })
    expect(answer.headers['content-security-policy']).not.toContain('unsafe-inline')
  })
})

describe('a request that names two hosts', () => {
  const ask = (lines: readonly string[]) =>
    new Promise<string>((resolve, reject) => {
      const { port } = test.app.server.address() as AddressInfo
      const socket = connect(port, '127.0.0.1', () => socket.end(`${lines.join('\r\n')}\r\n\r\n`))
      let answer = ''
      socket.on('data', (chunk) => {
        answer += chunk.toString()
      })
      socket.on('end', () => resolve(answer))
      socket.on('error', reject)
    })

  it('is refused wherever it goes; with one it is not', async () => {
    await test.app.listen({ port: 0, host: '127.0.0.1' })
    for (const path of ['/healthz', '/', '/api/v1/nothing', '/assets/app-1a2b3c.js']) {
      const head = [`GET ${path} HTTP/1.1`, 'Host: a.example', 'connection: close']
      expect(await ask(head)).not.toMatch(/^HTTP\/1\.1 400/)
      expect(await ask([...head, 'HOST: b.example'])).toMatch(/^HTTP\/1\.1 400 [\s\S]*"invalid_request"/)
      expect(await ask([...head, 'Host: a.example'])).toMatch(/^HTTP\/1\.1 400/)
    }
  })
})

describe('what a page may ask a tablet for', () => {
  it('is what the app uses, on its own origin only, whichever screen is opened', async () => {
    for (const url of ['/', '/index.html', '/stock/7']) {
      const answer = await test.app.inject({ url, headers: { accept: 'text/html' } })
      const policy = String(answer.headers['permissions-policy'])
      for (const used of ['camera', 'usb', 'serial', 'bluetooth']) expect(policy).toContain(`${used}=(self)`)
      for (const unused of ['microphone', 'geolocation', 'payment']) expect(policy).toContain(`${unused}=()`)
    }
  })
})

describe('licences', () => {
  it('of what is bundled are there to read, as plain text', async () => {
    const { headers, body } = await test.app.inject({ url: '/licenses', headers: { accept: 'text/html' } })
    expect(headers['content-type']).toBe('text/plain; charset=utf-8')
    expect(body).toBe('# Licenses\n<b>MIT</b>')
  })
})

describe('documents of the interfaces', () => {
  const get = (url: string) => test.app.inject({ url, headers: { accept: 'text/html' } })

  it('are there to read for everybody, from a folder of their own', async () => {
    const { statusCode, headers } = await get('/docs')
    expect([statusCode, headers.location]).toEqual([302, '/docs/'])
    expect((await get('/docs/')).body).toBe('<title>REST</title>')
    const document = await get('/docs/openapi.json')
    expect(document.json()).toEqual({ openapi: '3.1.0' })
    expect(document.headers['access-control-allow-origin']).toBe('*')
  })

  it('what is not among them is missing: the app’s page does not stand in for it', async () => {
    for (const url of ['/docs/nothing', '/docs/events', '/docs/..%2findex.html']) {
      const answer = await get(url)
      expect([url, answer.statusCode]).toEqual([url, 404])
      expect(answer.body).not.toContain('MStore')
    }
  })

  it('their pages are sandboxed: the viewer’s script is no part of the app’s origin', async () => {
    for (const url of ['/docs/', '/docs/index.html', '/docs/viewer.js', '/docs/openapi.json']) {
      const { headers } = await get(url)
      const policy = String(headers['content-security-policy']).split(';')
      expect(policy).toContain('sandbox allow-scripts')
      expect(policy).toContain("default-src 'none'")
      expect(policy.join(' ')).not.toMatch(/unsafe|\*|https?:/)
      expect(String(headers['permissions-policy'])).not.toContain('self')
    }
    for (const url of ['/', '/sell', '/sw.js', '/assets/app-1a2b3c.js', '/docsy']) {
      const { headers } = await get(url)
      expect(String(headers['content-security-policy'])).not.toContain('sandbox')
      expect(headers['access-control-allow-origin']).toBeUndefined()
      expect(headers['cross-origin-resource-policy']).toBe('same-origin')
    }
  })
})

describe('metrics', () => {
  it('are for the admin, from wherever: a plain proxy on this machine looks like the machine itself', async () => {
    const from = (remoteAddress: string, headers = {}) => test.app.inject({ url: '/metrics', remoteAddress, headers })
    for (const address of ['127.0.0.1', '::1', '192.168.1.7']) {
      expect((await from(address)).statusCode).toBe(401)
      expect((await from(address, { 'x-forwarded-for': '203.0.113.9' })).statusCode).toBe(401)
      expect((await from(address, asAdminUser)).body).toContain('mstore_http_request_duration_seconds_bucket')
    }
  })

  it('name routes by their pattern', async () => {
    await test.app.inject({ method: 'POST', url: '/api/v1/admin/device/DEV-12345678/revoke', headers: asAdminUser })
    const { body } = await test.app.inject({ url: '/metrics', headers: asAdminUser })
    expect(body).toContain('route="/api/v1/admin/device/:id/revoke"')
    expect(body).not.toContain('DEV-12345678')
  })
})
