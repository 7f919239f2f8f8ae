import { existsSync, readFileSync } from 'node:fs'
import { request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { createServer } from 'node:net'
import { join } from 'node:path'
import * as v from 'valibot'
import { describe, expect, it, onTestFinished } from 'vitest'
import { enrollAnswerSchema } from '../../../src/contract/device.ts'
import { productPageSchema } from '../../../src/contract/pages.ts'
import { makeDataDir, runAdmin, type ServerProcess, startServerProcess } from './server-process.ts'

const LONG = 120_000

function urlOf(server: ServerProcess): Promise<string> {
  return server.banner('This computer')
}

async function enroll(url: string, code: string): Promise<string> {
  const answer = await fetch(`${url}/api/v1/device/enroll`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ pairing_code: code, device_name: 'Kasir' }),
  })
  return v.parse(enrollAnswerSchema, await answer.json()).data.device_secret_token
}

async function epochOf(url: string, token: string): Promise<string | undefined> {
  const answer = await fetch(`${url}/api/v1/master/product?limit=1`, { headers: { authorization: `Bearer ${token}` } })
  return v.parse(productPageSchema, await answer.json()).meta?.epoch
}

describe('the server process', () => {
  it(
    'starts from nothing with the demo shop, pairs by its printed link, and keeps the log’s epoch',
    async () => {
      const dataDir = makeDataDir()
      const first = startServerProcess({ DATA_DIR: dataDir })
      const url = await urlOf(first)
      const link = await first.banner('Pairing link')
      expect(link).toMatch(/\/enrol#code=[0-9A-Z]{8}$/)
      // What stands in a terminal is seen by others.
      expect(first.stdout()).toContain('once, within 15 minutes')
      const token = await enroll(url, link.slice(-8))
      const epoch = await epochOf(url, token)
      expect(existsSync(join(dataDir, 'unclean'))).toBe(true)

      const second = startServerProcess({ DATA_DIR: dataDir })
      expect((await second.exited).code).toBe(1)
      expect(second.stderr().trim()).toMatch(/^DATA_DIR .* is in use by another MStore server \(process \d+\).*$/)

      first.child.kill('SIGTERM')
      expect(await first.exited).toEqual({ code: 0, signal: null })
      expect(existsSync(join(dataDir, 'unclean'))).toBe(false)

      const third = startServerProcess({ DATA_DIR: dataDir })
      const again = await urlOf(third)
      expect(await epochOf(again, token)).toBe(epoch)
      third.child.kill('SIGKILL')
      await third.exited

      const fourth = startServerProcess({ DATA_DIR: dataDir })
      const rotated = await epochOf(await urlOf(fourth), token)
      expect(rotated).toMatch(/\S/)
      expect(rotated, '[S6] a new epoch after an unclean end').not.toBe(epoch)
    },
    LONG,
  )

  it(
    'ends at once when the thread of its database dies, and its folder does not count as cleanly left',
    async () => {
      const dataDir = makeDataDir()
      const endThread = `process.on('worker', (thread) => process.on('SIGUSR2', () => thread.terminate()))`
      const server = startServerProcess({
        DATA_DIR: dataDir,
        NODE_OPTIONS: `--import data:text/javascript,${encodeURIComponent(endThread)}`,
      })
      await urlOf(server)
      server.child.kill('SIGUSR2')
      expect(await server.exited).toEqual({ code: 1, signal: null })
      expect(server.stdout() + server.stderr()).toContain('the embedded database ended; exiting')
      expect(existsSync(join(dataDir, 'unclean'))).toBe(true)
      const next = startServerProcess({ DATA_DIR: dataDir })
      await urlOf(next)
      expect(next.stdout() + next.stderr()).toContain('the last run did not end in order')
    },
    LONG,
  )

  it('says a wrong value in one line and exits 1', async () => {
    const server = startServerProcess({ PORT: 'eighty' })
    expect(await server.exited).toEqual({ code: 1, signal: null })
    expect(server.stderr()).toBe('PORT takes a port number from 0 to 65535; "eighty" is not that\n')
  })

  it(
    'says in one line that its port is taken, and leaves its folder clean',
    async () => {
      const taken = createServer()
      await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve))
      onTestFinished(() => void taken.close())
      const address = taken.address()
      const port = typeof address === 'object' && address !== null ? address.port : 0
      const server = startServerProcess({ PORT: String(port), LOG_LEVEL: 'silent' })
      expect((await server.exited).code).toBe(1)
      expect(server.stderr()).toBe(`Port ${port} is in use: stop what uses it, or choose another by PORT\n`)
      expect(existsSync(join(server.dataDir, 'unclean'))).toBe(false)
    },
    LONG,
  )

  it(
    'finishes the request that is under way when it is told to stop',
    async () => {
      const server = startServerProcess()
      const url = await urlOf(server)
      const token = readFileSync(join(server.dataDir, 'admin-token'), 'utf8').trim()
      const path = '/api/v1/admin/product/import?branch_code=BRN-MST-OSK00001&dry_run=1'
      const headers = { authorization: `Bearer ${token}`, 'content-type': 'text/csv' }
      const request = httpRequest(url + path, { method: 'POST', headers, agent: false })
      const status = new Promise((resolve, reject) => {
        request.on('error', reject)
        request.on('response', (response) => resolve(response.resume().statusCode))
      })
      request.write('name,price\n')
      // Answered after the line above was read: the server has one thread, and this connection is the younger one.
      await fetch(`${url}/healthz`)
      server.child.kill('SIGINT')
      const probe = () =>
        fetch(`${url}/healthz`).then(
          ({ status: code }) => code === 200,
          () => false,
        )
      await expect.poll(probe, { timeout: 2_500 }).toBe(false)
      request.end('Kopi,5000\n')
      expect(await status).toBe(200)
      expect((await server.exited).code).toBe(0)
    },
    LONG,
  )

  it(
    '[TLS=auto] serves app and REST over HTTPS with its own CA, and is run by the admin command',
    async () => {
      const server = startServerProcess({ TLS: 'auto' })
      const url = await urlOf(server)
      expect(url).toMatch(/^https:/)
      const ca = readFileSync(join(server.dataDir, 'tls', 'ca.crt'), 'utf8')
      const status = await new Promise((resolve, reject) => {
        httpsRequest(`${url}/readyz`, { ca, agent: false }, (response) => {
          response.resume()
          resolve(response.statusCode)
        })
          .on('error', reject)
          .end()
      })
      expect(status).toBe(200)
      const trustUrl = await server.banner('Trust page')
      const page = await fetch(trustUrl.replace(/\/\/[^:]+:/, '//127.0.0.1:'))
      expect(await page.text()).toContain('mstore-ca.crt')

      const stock = await runAdmin(['stock', '1386', 'by', '-1', '--reason', 'rusak'], { DATA_DIR: server.dataDir })
      expect(stock).toMatchObject({ code: 0, stdout: '1386 Chicken Breast sadia 2 kg: Rp 15000, stock 99 pak\n' })
      const wrong = await runAdmin(['stock', '1386', 'to', '5'], { DATA_DIR: server.dataDir })
      expect([wrong.code, wrong.stderr]).toEqual([1, expect.stringMatching(/^stock takes "set N" or "by N"\n\nUsage/)])
      const traffic = ['traffic', '--branch', 'BRN-MST-OSK00001', '--rate', '20', '--seconds', '1']
      const ran = await runAdmin(traffic, { DATA_DIR: server.dataDir })
      expect(ran.code).toBe(0)
      expect(ran.stdout).toMatch(/Done: \d+ changes, 0 failed/)
    },
    LONG,
  )
})
