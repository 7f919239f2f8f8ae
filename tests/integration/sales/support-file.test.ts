import 'fake-indexeddb/auto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Enrollment } from '../../../src/contract/device.ts'
import { readFailures } from '../../../src/db/journal/failures.ts'
import { JournalDb } from '../../../src/db/journal/journal-db.ts'
import { SalesDb } from '../../../src/db/sales/sales-db.ts'
import { createFailureJournal } from '../../../src/sync/health/failure-journal.ts'
import { createSales } from '../../../src/sync/outbox/create-sales.ts'
import type { Actor, Sales } from '../../../src/sync/outbox/sales.ts'
import { FakeClock } from '../sync/fake-clock.ts'

const TOKEN = 'q3Jz8vYt0KpLxWnR5sTfUaBcDeFgHiJkLmNoPqRsTuV'
const DEVICE: Enrollment = {
  device_id: 'DEV-DBBA60CF',
  device_secret_token: TOKEN,
  device_name: 'Kasir depan',
  merchant: { code: 'MCH', name: 'Toko' },
  branch: { code: 'BRN', name: 'Cabang' },
  env: 'test',
  mqtt: { url: 'ws://shop/mqtt', protocol_version: 5, username: 'DEV-DBBA60CF', keepalive: 60 },
}
const ACTOR: Actor = { staffId: 1, staffName: 'Sari', shiftId: null, approvedBy: null }

let salesDb: SalesDb
let journalDb: JournalDb
let sales: Sales
let readJournal: () => ReturnType<typeof readFailures>
const clock = new FakeClock()

beforeEach(() => {
  salesDb = new SalesDb(`support-${Math.random()}`)
  journalDb = new JournalDb(`support-journal-${Math.random()}`)
  readJournal = () => readFailures(journalDb)
  sales = createSales({
    salesDb,
    http: () => Promise.reject(new Error('no network')),
    device: () => DEVICE,
    now: clock.now,
    newId: () => crypto.randomUUID(),
    onRecorded: () => undefined,
    journal: { note: () => undefined },
    keptFailures: () => readJournal(),
  })
})
afterEach(async () => {
  await Promise.all([salesDb.delete(), journalDb.delete()])
})

describe('[Q7] the file for support', () => {
  it('holds the queue and the failures, and no secret', async () => {
    const journal = createFailureJournal(journalDb, clock)
    journal.note('refused', 'Server', `unknown token ${TOKEN}`)
    journal.note('storage', 'Write', new DOMException('no room', 'QuotaExceededError'))
    await journal.flush()
    await sales.openShift(500_000, ACTOR)
    const { text, count } = await sales.exportUnsent()
    const file = JSON.parse(text)
    expect(count).toBe(1)
    expect(file.operations).toHaveLength(1)
    expect(file.failures).toContainEqual(
      expect.objectContaining({ kind: 'storage', text: 'Write: QuotaExceededError: no room', times: 1 }),
    )
    expect(file.failures).toHaveLength(2)
    expect(text).not.toContain(TOKEN)
    expect(text).not.toMatch(/pin_hash|device_secret_token|pbkdf2/)
  })

  it('is imported with the failures and without them', async () => {
    await sales.openShift(500_000, ACTOR)
    const journal = createFailureJournal(journalDb, clock)
    journal.note('network', 'Broker', 'closed')
    await journal.flush()
    const { text } = await sales.exportUnsent()
    const { failures, ...without } = JSON.parse(text)
    expect(failures).toHaveLength(1)
    await salesDb.operations.clear()
    expect(await sales.importUnsent(text, ACTOR)).toEqual({ ok: true, added: 1, known: 0, skipped: 0, left: 0 })
    expect(await sales.importUnsent(JSON.stringify(without), ACTOR)).toEqual({
      ok: true,
      added: 0,
      known: 1,
      skipped: 0,
      left: 0,
    })
  })

  it('comes without the failures when they can’t be read: the queue is what matters', async () => {
    await sales.openShift(500_000, ACTOR)
    readJournal = () => Promise.reject(new Error('the journal is damaged'))
    const { text, count } = await sales.exportUnsent()
    expect(count).toBe(1)
    expect(JSON.parse(text).failures).toBeUndefined()
  })
})
