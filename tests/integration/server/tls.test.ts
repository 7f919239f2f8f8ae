import { createPrivateKey, X509Certificate } from 'node:crypto'
import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import https from 'node:https'
import { type AddressInfo, isIP } from 'node:net'
import { join } from 'node:path'
import tls from 'node:tls'
import { generate } from 'selfsigned'
import { describe, expect, it, onTestFinished } from 'vitest'
import { keepLocalTls } from '../../../server/tls/local-ca.ts'
import { prepareTls } from '../../../server/tls/prepare-tls.ts'
import { createTrustServer } from '../../../server/tls/trust-server.ts'
import { makeDataDir } from './server-process.ts'

const NOW = Date.parse('2026-11-22T12:00:00Z')
const DAY_MS = 86_400_000
const NAMES = ['localhost', 'kasir.local', '127.0.0.1', '192.168.1.5', 'fd00::1']

/** The words with which a client that trusts the authority refuses the server under this name; null: it believes it. */
function handshake(server: { cert: string; key: string }, ca: string, name: string): Promise<string | null> {
  return new Promise((resolve) => {
    const listening = tls.createServer({ cert: server.cert, key: server.key }, (socket) => socket.end())
    listening.listen(0, '127.0.0.1', () => {
      const { port } = listening.address() as AddressInfo
      const done = (outcome: string | null) => {
        client.destroy()
        listening.close()
        resolve(outcome)
      }
      const servername = isIP(name) ? {} : { servername: name }
      const client = tls.connect(
        {
          port,
          host: '127.0.0.1',
          ca,
          ...servername,
          checkServerIdentity: (_host, cert) => tls.checkServerIdentity(name, cert),
        },
        () => done(null),
      )
      client.on('error', (error) => done(error.message))
    })
  })
}

const leafOf = (cert: string): X509Certificate => new X509Certificate(cert)

describe('the local CA', () => {
  it('issues a certificate for every name, valid as long as browsers allow', async () => {
    const { cert, key, ca } = await keepLocalTls(makeDataDir(), NAMES, NOW)
    const leaf = leafOf(cert)
    const authority = new X509Certificate(ca.cert)
    expect(authority.ca).toBe(true)
    expect(leaf.ca).toBe(false)
    expect(leaf.verify(authority.publicKey)).toBe(true)
    expect(leaf.checkPrivateKey(createPrivateKey(key))).toBe(true)
    expect(leaf.checkHost('kasir.local')).toBe('kasir.local')
    expect(leaf.checkIP('192.168.1.5')).toBe('192.168.1.5')
    expect(leaf.checkHost('elsewhere.local')).toBeUndefined()
    const days = (leaf.validToDate.getTime() - leaf.validFromDate.getTime()) / DAY_MS
    expect(days).toBeLessThanOrEqual(397)
    expect((authority.validToDate.getTime() - NOW) / DAY_MS).toBeGreaterThan(3_600)
    expect(ca.fingerprint).toBe(authority.fingerprint256)
  })

  it('keeps both, and issues anew by the same CA when an address is new or the time runs out', async () => {
    const folder = makeDataDir()
    const first = await keepLocalTls(folder, NAMES, NOW)
    expect(await keepLocalTls(folder, NAMES, NOW + 300 * DAY_MS)).toEqual(first)
    expect(await keepLocalTls(folder, NAMES.slice(0, 3), NOW)).toEqual(first)

    const moved = await keepLocalTls(folder, [...NAMES, '192.168.1.6'], NOW)
    expect(moved.cert).not.toBe(first.cert)
    expect(leafOf(moved.cert).checkIP('192.168.1.6')).toBe('192.168.1.6')
    const later = await keepLocalTls(folder, NAMES, NOW + 370 * DAY_MS)
    expect(leafOf(later.cert).validToDate.getTime()).toBeGreaterThan(NOW + 700 * DAY_MS)
    expect([moved.ca, later.ca]).toEqual([first.ca, first.ca])
  })

  it('can sign for what is private and for what this machine is called, and for nothing else', async () => {
    const folder = makeDataDir()
    const { ca, leftOut, isUnbounded } = await keepLocalTls(folder, [...NAMES, 'pos.example.com', 'kasir-pc'], NOW)
    expect([leftOut, isUnbounded]).toEqual([[], false])
    const key = readFileSync(join(folder, 'ca.key'), 'utf8')
    const refusalFor = async (name: string) => {
      const alt = isIP(name) ? { type: 7 as const, ip: name } : { type: 2 as const, value: name }
      const stolen = await generate([{ name: 'commonName', value: 'x' }], {
        keyType: 'ec',
        algorithm: 'sha256',
        ca: { cert: ca.cert, key },
        extensions: [
          { name: 'basicConstraints', cA: false, critical: true },
          { name: 'extKeyUsage', serverAuth: true },
          { name: 'subjectAltName', altNames: [alt] },
        ],
      })
      return handshake({ cert: stolen.cert, key: stolen.private }, ca.cert, name)
    }
    const private_ = [
      'localhost',
      'printer.local',
      '10.1.2.3',
      '192.168.77.1',
      'fd12::3',
      'pos.example.com',
      'kasir-pc',
    ]
    for (const name of private_) expect([name, await refusalFor(name)]).toEqual([name, null])
    for (const name of ['bank.example', 'example.com', 'kasir-pc.example', '8.8.8.8', '172.32.0.1', '2001:db8::1']) {
      expect([name, await refusalFor(name)]).toEqual([name, expect.stringMatching(/permitted subtree/)])
    }
  })

  it('leaves out a name that came after its authority, so that the others go on being believed', async () => {
    const folder = makeDataDir()
    const first = await keepLocalTls(folder, NAMES, NOW)
    const renamed = await keepLocalTls(folder, [...NAMES, 'new.example.com', '192.168.1.9'], NOW)
    expect(renamed.ca).toEqual(first.ca)
    expect(renamed.leftOut).toEqual(['new.example.com'])
    expect(leafOf(renamed.cert).checkHost('new.example.com')).toBeUndefined()
    expect(await handshake(renamed, renamed.ca.cert, '192.168.1.9')).toBeNull()
  })

  it('keeps its keys to itself', async () => {
    const folder = makeDataDir()
    await keepLocalTls(folder, NAMES, NOW)
    for (const file of ['ca.key', 'server.key']) expect(statSync(join(folder, file)).mode & 0o777).toBe(0o600)
  })

  it('makes a pair anew that a crash left in pieces', async () => {
    const folder = makeDataDir()
    const first = await keepLocalTls(folder, NAMES, NOW)
    writeFileSync(join(folder, 'server.key'), readFileSync(join(folder, 'ca.key')))
    const healed = await keepLocalTls(folder, NAMES, NOW)
    expect(healed.ca).toEqual(first.ca)
    expect(leafOf(healed.cert).checkPrivateKey(createPrivateKey(healed.key))).toBe(true)
  })

  it('issues anew when the CA was replaced: nobody trusts the old one’s certificate by it', async () => {
    const folder = makeDataDir()
    const first = await keepLocalTls(folder, NAMES, NOW)
    for (const file of ['ca.crt', 'ca.key']) rmSync(join(folder, file))
    const second = await keepLocalTls(folder, NAMES, NOW)
    expect(second.ca.fingerprint).not.toBe(first.ca.fingerprint)
    expect(leafOf(second.cert).verify(new X509Certificate(second.ca.cert).publicKey)).toBe(true)
  })

  it('is accepted by a TLS client that trusts the CA, and by no other', async () => {
    const { cert, key, ca } = await keepLocalTls(makeDataDir(), NAMES, Date.now())
    const server = https.createServer({ cert, key }, (_request, response) => response.end('ok'))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void server.close())
    const { port } = server.address() as AddressInfo
    const get = (options: https.RequestOptions): Promise<number | undefined> =>
      new Promise((resolve, reject) => {
        const request = https.get({ host: '127.0.0.1', port, agent: false, ...options }, (response) => {
          response.resume()
          resolve(response.statusCode)
        })
        request.on('error', reject)
      })
    expect(await get({ ca: ca.cert })).toBe(200)
    expect(await get({ ca: ca.cert, servername: 'kasir.local' })).toBe(200)
    await expect(get({})).rejects.toThrow(/self-signed|unable to verify|unable to get/)
  })
})

describe('own certificate files', () => {
  it('are refused in one line when they are none', async () => {
    const folder = makeDataDir()
    const files = { cert: join(folder, 'a.crt'), key: join(folder, 'a.key') }
    const config = { tls: files, dataDir: folder, publicUrl: undefined }
    await expect(prepareTls(config, NOW)).rejects.toThrow(/^TLS_CERT: .* cannot be read$/)
    writeFileSync(files.cert, 'x')
    writeFileSync(files.key, 'y')
    await expect(prepareTls(config, NOW)).rejects.toThrow('TLS_CERT and TLS_KEY are not a PEM certificate and its key')
  })
})

describe('the page about trust', () => {
  it('explains in two languages, and gives the certificate in the form that tablets take', async () => {
    const { ca } = await keepLocalTls(makeDataDir(), NAMES, NOW)
    const server = createTrustServer({
      appUrl: 'https://192.168.1.5:8080',
      appPort: 8080,
      caCert: ca.cert,
      fingerprint: ca.fingerprint,
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void server.close())
    const { port } = server.address() as AddressInfo
    const page = await fetch(`http://127.0.0.1:${port}/`)
    const html = await page.text()
    expect(html).toContain('lang="id"')
    expect(html).toContain('lang="en"')
    expect(html).toContain(ca.fingerprint)
    expect(html).toContain('https://127.0.0.1:8080')
    expect(html).not.toContain('<script')
    const file = await fetch(`http://127.0.0.1:${port}/mstore-ca.crt`)
    expect(file.headers.get('content-type')).toBe('application/x-x509-ca-cert')
    expect(new X509Certificate(Buffer.from(await file.arrayBuffer())).fingerprint256).toBe(ca.fingerprint)
    expect((await fetch(`http://127.0.0.1:${port}/`, { method: 'POST' })).status).toBe(405)
  })
})
