/** The command line against a server that runs: what it says is what became of it. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { runCommand } from '../../../server/admin/run-command.ts'
import { ADMIN_TOKEN, BRANCH, setUpTestApp, type TestApp } from './support.ts'

let test: TestApp
let env: Record<string, string>

setUpTestApp(async (opened) => {
  test = opened
  await test.app.listen({ port: 0, host: '127.0.0.1' })
  const { port } = test.app.server.address() as AddressInfo
  env = { MSTORE_URL: `http://127.0.0.1:${port}`, ADMIN_TOKEN }
})
beforeEach(() => {
  Object.assign(test.broker, { isAway: false, revokes: 'ended' })
})

/** What it prints. */
async function run(...argv: string[]): Promise<string> {
  const printed = vi.spyOn(console, 'log').mockImplementation(() => undefined)
  await runCommand(argv, env)
  return printed.mock.calls.flat().join('\n')
}

describe('device revoke', () => {
  it.each([
    ['ended', {}, /is ended/],
    ['not told to the broker', { isAway: true }, /could not be told/],
    ['not to be ended', { revokes: 'not_possible' }, /could not be ended: .* up to 15 minutes/],
  ] as const)('says that a connection is %s, and no more than that', async (_what, broker, words) => {
    const { deviceId } = await test.enroll()
    Object.assign(test.broker, broker)
    const said = await run('device', 'revoke', deviceId)
    expect(said).toMatch(words)
    expect(/is ended|disconnected/.test(said)).toBe(test.broker.revoked.includes(deviceId) && !('revokes' in broker))
  })
})

describe('product import', () => {
  it.each([
    ['Windows-1252', Buffer.from('name;price\nKopi Café \x96 250 g;15000', 'latin1'), 'Kopi Café – 250 g'],
    ['UTF-16', Buffer.from('\uFEFFname;price\nTeh Maté;15000', 'utf16le'), 'Teh Maté'],
    ['UTF-8 behind a line that names the separator', Buffer.from('sep=;\nname;price\nJamu Kuñit;15000'), 'Jamu Kuñit'],
  ])('keeps the names of a file in %s', async (_encoding, bytes, name) => {
    const folder = mkdtempSync(join(tmpdir(), 'mstore-import-'))
    const file = join(folder, 'catalogue.csv')
    writeFileSync(file, bytes)
    await run('product', 'import', BRANCH, file).finally(() => rmSync(folder, { recursive: true }))
    expect(await test.db.query('SELECT name FROM products ORDER BY id DESC LIMIT 1')).toEqual([{ name }])
  })
})
