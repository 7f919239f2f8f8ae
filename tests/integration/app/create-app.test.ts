/** The app as it is composed, on the browser's parts that Node has and fakes of the others. */
import 'fake-indexeddb/auto'
import { EventEmitter } from 'node:events'
import { Dexie } from 'dexie'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createApp } from '../../../src/app/create-app.ts'
import { readRemoval } from '../../../src/db/device.ts'
import { JOURNAL_DB_NAME, JournalDb } from '../../../src/db/journal/journal-db.ts'
import { SALES_DB_NAME, SalesDb } from '../../../src/db/sales/sales-db.ts'
import { KEPT_KEYS } from '../../../src/features/shared/device/forget-shop.ts'
import type { Services } from '../../../src/features/shared/services.ts'
import { standStill } from '../../support/stand-still.ts'
import { SHOP_KEYS } from '../../support/stored-keys.ts'

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
/** What the server answers to an enrolment. */
let enrolment: () => Response
/** What it answers to everything else; null: there is no network. */
let refusal: (() => Response) | null
let app: Services | null = null
const journals: Dexie[] = []

class FakeStorage {
  readonly #items = new Map<string, string>()
  get length(): number {
    return this.#items.size
  }
  readonly key = (index: number) => [...this.#items.keys()][index] ?? null
  readonly getItem = (key: string) => this.#items.get(key) ?? null
  readonly setItem = (key: string, value: string) => void this.#items.set(key, value)
  readonly removeItem = (key: string) => void this.#items.delete(key)
}

beforeEach(() => {
  vi.clearAllMocks()
  enrolment = () => Response.json({ code: 200, data: DEVICE })
  refusal = null
  vi.stubGlobal('localStorage', new FakeStorage())
  vi.stubGlobal('sessionStorage', new FakeStorage())
  const server = async (url: string | URL) => {
    if (String(url).endsWith('/device/enroll')) return enrolment()
    if (refusal) return refusal()
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
    const letGo = await standStill(tab, 'rw', [tab.operations, tab.effects, tab.meta])
    const { enrol } = await start()
    expect(await enrol('123456', 'Kasir 1')).toEqual({ ok: true })
    await letGo()
    tab.close()
  })
})

describe('what is kept beside the databases', () => {
  const KEPT = [...KEPT_KEYS, 'another-program']
  const keysOf = ({ length, key }: Storage) => Array.from({ length }, (_, index) => key(index)).sort()
  const fill = () => {
    for (const key of [...KEPT, ...SHOP_KEYS]) localStorage.setItem(key, 'Kopi Tubruk, 15000, 3')
    for (const key of SHOP_KEYS) sessionStorage.setItem(key, 'Kopi Tubruk, 15000, 3')
  }
  const expectForgotten = (kept: readonly string[] = KEPT) =>
    vi.waitFor(() => expect([keysOf(localStorage), keysOf(sessionStorage)]).toEqual([kept.toSorted(), []]), {
      timeout: 10_000,
    })

  it('[Q12] goes with a revocation, but for how the app looks, speaks and prints', async () => {
    const { enrol, refresh } = await start()
    await enrol('123456', 'Kasir 1')
    fill()
    refusal = () =>
      Response.json({ code: 403, error: { kind: 'device_revoked', message: 'revoked by the owner' } }, { status: 403 })
    void refresh({ force: true })
    await expectForgotten()
  })

  it('goes when a person removes the device', async () => {
    const { enrol, forgetDevice } = await start()
    await enrol('123456', 'Kasir 1')
    fill()
    expect(await forgetDevice()).toBe('done')
    await expectForgotten()
  })

  it('goes at the next start where it was left when the device was removed', async () => {
    const { enrol, forgetDevice } = await start()
    await enrol('123456', 'Kasir 1')
    localStorage.setItem('mstore-printed', '[]')
    await forgetDevice()
    if (app) journals.push(app.db, app.salesDb)
    // The first app has had its look at it.
    await expectForgotten([])
    fill()
    await start()
    await expectForgotten()
  })

  it('goes when the device is enrolled in another branch, and stays in its own', async () => {
    const { enrol, db } = await start()
    await enrol('123456', 'Kasir 1')
    await vi.waitFor(async () => expect(mqtt.connect).toHaveBeenCalled(), { timeout: 10_000 })
    fill()
    expect(await enrol('123456', 'Kasir 1')).toEqual({ ok: true })
    expect(localStorage.getItem('mstore-favourites')).not.toBeNull()
    enrolment = () => Response.json({ code: 200, data: { ...DEVICE, branch: { code: 'BRN-2', name: 'Cabang' } } })
    expect(await enrol('123456', 'Kasir 1')).toEqual({ ok: true })
    await expectForgotten()
    expect(await readRemoval(db)).toBeNull()
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
