import { existsSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { enrollAnswerSchema } from '../../../src/contract/device.ts'
import { productPageSchema } from '../../../src/contract/pages.ts'
import { makeDataDir, runAdmin, type ServerProcess, startServerProcess } from './server-process.ts'

const LONG = 180_000
const PRODUCT = '1386'

const urlOf = (server: ServerProcess) => server.banner('This computer')

async function enroll(server: ServerProcess): Promise<string> {
  const link = await server.banner('Pairing link')
  const answer = await fetch(`${await urlOf(server)}/api/v1/device/enroll`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ pairing_code: link.slice(-8), device_name: 'Kasir' }),
  })
  return v.parse(enrollAnswerSchema, await answer.json()).data.device_secret_token
}

async function look(
  server: ServerProcess,
  token: string,
): Promise<{ price: number | undefined; epoch: string | undefined }> {
  const url = `${await urlOf(server)}/api/v1/master/product?ids=${PRODUCT}`
  const answer = await fetch(url, { headers: { authorization: `Bearer ${token}` } })
  const page = v.parse(productPageSchema, await answer.json())
  return { price: page.data[0]?.price, epoch: page.meta?.epoch }
}

async function stop(server: ServerProcess): Promise<void> {
  server.child.kill('SIGTERM')
  expect(await server.exited).toEqual({ code: 0, signal: null })
}

describe('a backup of the embedded database', () => {
  it(
    '[S6] is made while the server runs, restored only when it is stopped, and begins a new epoch',
    async () => {
      const dataDir = makeDataDir()
      const env = { DATA_DIR: dataDir }
      const folder = makeDataDir()
      const file = join(folder, 'monday.tar.gz')
      const first = startServerProcess(env)
      const token = await enroll(first)
      await runAdmin(['product', 'set', PRODUCT, '--price', '16000'], env)
      const made = await runAdmin(['backup', file], env)
      expect(made.stderr).toBe('')
      expect(made.code).toBe(0)
      expect(statSync(file).mode & 0o777).toBe(0o600)
      expect(existsSync(`${file}.partial`)).toBe(false)
      await runAdmin(['product', 'set', PRODUCT, '--price', '17000'], env)
      const before = await look(first, token)
      expect(before.price).toBe(17_000)

      const refused = await runAdmin(['restore', file], env)
      expect(refused.code).toBe(1)
      expect(refused.stderr).toMatch(/is in use by another MStore server/)
      expect((await look(first, token)).price).toBe(17_000)
      await stop(first)

      const restored = await runAdmin(['restore', file], env)
      expect([restored.code, restored.stderr]).toEqual([0, ''])
      const kept = readdirSync(dataDir).filter((name) => name.startsWith('pglite.before-'))
      expect(kept).toHaveLength(1)

      const second = startServerProcess(env)
      const after = await look(second, token)
      expect(after.price).toBe(16_000)
      expect(after.epoch).toMatch(/\S/)
      expect(after.epoch).not.toBe(before.epoch)
      await stop(second)
    },
    LONG,
  )

  it(
    'is made from the folder while no server runs, and restored on another computer',
    async () => {
      const env = { DATA_DIR: makeDataDir() }
      const first = startServerProcess(env)
      const token = await enroll(first)
      await runAdmin(['product', 'set', PRODUCT, '--price', '16500'], env)
      const { epoch } = await look(first, token)
      await stop(first)
      const file = join(makeDataDir(), 'backup.tar.gz')
      const made = await runAdmin(['backup', file], env)
      expect([made.code, made.stderr]).toEqual([0, ''])
      // The shop itself goes on as if nothing had been.
      const again = startServerProcess(env)
      expect(await look(again, token)).toEqual({ price: 16_500, epoch })
      await stop(again)

      const elsewhere = { DATA_DIR: makeDataDir() }
      expect((await runAdmin(['restore', file], elsewhere)).code).toBe(0)
      const moved = startServerProcess(elsewhere)
      expect((await look(moved, token)).price).toBe(16_500)
      await stop(moved)
    },
    LONG,
  )

  it(
    'that is none changes nothing',
    async () => {
      const dataDir = makeDataDir()
      const file = join(makeDataDir(), 'holiday.tar.gz')
      for (const content of [Buffer.from('no archive at all'), gzipSync(Buffer.alloc(2048)), Buffer.alloc(0)]) {
        writeFileSync(file, content)
        const refused = await runAdmin(['restore', file], { DATA_DIR: dataDir })
        expect(refused.code).toBe(1)
        expect(refused.stderr).toMatch(/was not restored, nothing was changed/)
        expect(readdirSync(dataDir).filter((name) => name.startsWith('pglite'))).toEqual([])
      }
      const missing = await runAdmin(['restore', join(dataDir, 'none.tar.gz')], { DATA_DIR: dataDir })
      expect([missing.code, missing.stderr]).toEqual([1, expect.stringMatching(/cannot be read/)])
    },
    LONG,
  )

  it('of a PostgreSQL is made by its own tools', async () => {
    const env = { DATA_DIR: makeDataDir(), DATABASE_URL: 'postgres://localhost/mstore' }
    const backup = await runAdmin(['backup', 'x.tar.gz'], env)
    expect([backup.code, backup.stderr]).toEqual([1, expect.stringMatching(/pg_dump/)])
    const restore = await runAdmin(['restore', 'x.tar.gz'], env)
    expect([restore.code, restore.stderr]).toEqual([1, expect.stringMatching(/pg_restore/)])
  })
})
