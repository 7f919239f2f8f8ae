/** The app as it is composed, on the browser's parts that Node has and fakes of the others. */
import 'fake-indexeddb/auto'
import { EventEmitter } from 'node:events'
import { Dexie } from 'dexie'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createApp } from '../../../src/app/create-app.ts'
import { JOURNAL_DB_NAME, JournalDb } from '../../../src/db/journal/journal-db.ts'
import { SALES_DB_NAME, SalesDb } from '../../../src/db/sales/sales-db.ts'
import type { Services } from '../../../src/features/shared/services.ts'
import { standStill } from '../../support/stand-still.ts'

const ORIGIN = 'http://shop.test'
const DEVICE = {
  device_id: 'DEV-1',
  device_name: 'Kasir 1',
  device_secret_token: 'a-token-of-this-device',
  merchant: { code: 'MRC-1', name: 'Toko' },
  branch: { code: 'BRN-1', name: 'Pusat' },
  env: 'test',
  mqtt: { url: 'ws://shop.test/mqtt', protocol_version: 5, username: 'DEV-1', keepalive: 60 },
}

const mqtt = vi.hoisted(() => ({ connect: vi.fn() }))
vi.mock('mqtt', () => ({ default: mqtt }))

const persist = vi.fn<() => Promise<boolean>>()
const journal = { note: vi.fn() }
/** What the server answers to an enrolment. It answers nothing else. */
let enrolment: () => Response
let app: Services | null = null
const journals: Dexie[] = []

beforeEach(() => {
  vi.clearAllMocks()
  enrolment = () => Response.json({ code: 200, data: DEVICE })
  const server = async (url: string | URL) => {
    if (String(url).endsWith('/device/enroll')) return enrolment()
    throw new TypeError('no network')
  }
  vi.stubGlobal('fetch', server)
  vi.stubGlobal('document', Object.assign(new EventTarget(), { visibilityState: 'visible' }))
  vi.stubGlobal('window', Object.assign(new EventTarget(), { isSecureContext: true, indexedDB, fetch: server }))
  vi.stubGlobal('navigator', { locks: navigator.locks, onLine: true, storage: { persist } })
  // Asked, the browser waits for a person.
  persist.mockReturnValue(new Promise(() => undefined))
  mqtt.connect.mockImplementation(() => {
    const client = Object.assign(new EventEmitter(), {
      connect: () => queueMicrotask(() => client.emit('close')),
      end: () => undefined,
    })
    return client
  })
})

afterEach(async () => {
  await app?.forgetDevice()
  for (const db of [app?.db, app?.salesDb, ...journals.splice(0)]) db?.close()
  app = null
  for (const { name = '' } of await indexedDB.databases()) await Dexie.delete(name)
})

async function start(): Promise<Services> {
  const journalDb = new JournalDb(JOURNAL_DB_NAME)
  journals.push(journalDb)
  const config = { origin: ORIGIN, build: { version: '1', commit: 'c' }, hasServiceWorker: false }
  app = await createApp(config, { journalDb, journal, onOutdated: () => undefined })
  return app
}

describe('enrolment', () => {
  it('[Q7] asks the browser not to delete what is stored, once, and waits for nobody’s answer', async () => {
    const { enrol } = await start()
    expect(persist).not.toHaveBeenCalled()
    expect(await enrol('123456', 'Kasir 1')).toEqual({ ok: true })
    expect(persist).toHaveBeenCalledOnce()
  })

  it('[Q10] is done whatever the browser says to that, and a failure of it is noted', async () => {
    const refused = new TypeError('not here')
    persist.mockRejectedValue(refused)
    const { enrol } = await start()
    expect(await enrol('123456', 'Kasir 1')).toEqual({ ok: true })
    await vi.waitFor(() => expect(journal.note).toHaveBeenCalledWith('storage', 'Asking for lasting storage', refused))
  })

  it('that is refused asks for nothing: there is nothing to keep', async () => {
    enrolment = () =>
      Response.json({ code: 404, error: { kind: 'pairing_code_unknown', message: 'no such code' } }, { status: 404 })
    const { enrol } = await start()
    expect(await enrol('123456', 'Kasir 1')).toEqual({ ok: false, kind: 'pairing_code_unknown' })
    expect(persist).not.toHaveBeenCalled()
  })
})

describe('a start', () => {
  it('[Q7] is not kept waiting by a tab that stands still in the middle of a write', async () => {
    const tab = new SalesDb(SALES_DB_NAME)
    await tab.open()
    const letGo = await standStill(tab, 'rw', [tab.pendingTransactions, tab.effects, tab.meta])
    const { enrol } = await start()
    expect(await enrol('123456', 'Kasir 1')).toEqual({ ok: true })
    await letGo()
    tab.close()
  })
})

describe('the connection of a tab', () => {
  it('[C9] has a client id of device and tab, the same at each attempt, another in each tab', async () => {
    const clientIds = () => mqtt.connect.mock.calls.map(([, { clientId }]) => String(clientId))
    const { enrol } = await start()
    await enrol('123456', 'Kasir 1')
    await vi.waitFor(() => expect(clientIds().length).toBeGreaterThan(1), { timeout: 10_000 })
    const first = new Set(clientIds())
    expect([...first]).toEqual([expect.stringMatching(/^DEV-1-[0-9a-f]{8}$/)])
    mqtt.connect.mockClear()
    await app?.forgetDevice()
    await enrol('123456', 'Kasir 1')
    await vi.waitFor(() => expect(clientIds().length).toBeGreaterThan(0), { timeout: 10_000 })
    expect(first.has(clientIds()[0] ?? '')).toBe(false)
  })
})
