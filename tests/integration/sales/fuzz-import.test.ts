import 'fake-indexeddb/auto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { DeviceProfile } from '../../../src/contract/device.ts'
import { readAllEffects } from '../../../src/db/sales/effects.ts'
import { readUnsent } from '../../../src/db/sales/read-operations.ts'
import { SALES_DB_NAME, SalesDb } from '../../../src/db/sales/sales-db.ts'
import type { OperationRow } from '../../../src/db/sales/sales-rows.ts'
import { toBatchRequest } from '../../../src/sync/outbox/batch-request.pure.ts'
import { planBatch } from '../../../src/sync/outbox/queue.pure.ts'
import { IMPORT_BYTES_MAX, importFile, toExportFile } from '../../../src/sync/outbox/unsent-file.ts'
import { boundCosts } from '../../support/bounded-costs.ts'
import { type CostlyJson, costlyJson } from '../../support/costly-json.ts'
import type { DatabaseFixture } from '../../support/database-fixture.ts'
import { oddValue, withValue } from '../../support/mutate-json.ts'
import { withinTime } from '../../support/within-time.ts'

const AT = Date.UTC(2026, 10, 23, 5)
const FIXTURE = join(import.meta.dirname, '../../fixtures/databases/cache-2_sales-2_journal-1.json')

const recorded = (JSON.parse(readFileSync(FIXTURE, 'utf8')) as DatabaseFixture[])
  .flatMap(({ name, stores }) => (name === SALES_DB_NAME ? stores : []))
  .flatMap(({ name, rows }) => (name === 'pendingTransactions' ? rows : [])) as OperationRow[]
const BRANCH = recorded[0]?.branch_code ?? ''
const DEVICE = { device_id: 'DEV-2', branch: { code: BRANCH, name: 'B' } } as DeviceProfile
/** One of each kind of operation, and a sale with its void. */
const rows = [
  ...new Map(recorded.filter(({ kind }) => kind !== 'sale').map((row) => [row.kind, row])).values(),
  ...recorded.filter(({ kind, voided_by: by }) => kind === 'sale' && by !== '').slice(0, 1),
  ...recorded.filter(({ kind, voided_by: by }) => kind === 'sale' && by === '').slice(0, 2),
]
const { text: VALID } = toExportFile(rows, DEVICE, AT, [])

let db: SalesDb
beforeEach(() => {
  db = new SalesDb(`fuzz-import-${Math.random()}`)
})
afterEach(async () => {
  await db.delete()
})

const importText = async (text: string) =>
  await importFile(db, text, DEVICE, (at) => ({ what: 'imported', reason: '', staff_id: 1, approved_by: null, at }), AT)

/** Whatever a file said: what is stored can be shown, sent and understood, and moves no more than it sells. */
async function expectWholeQueue(): Promise<void> {
  const stored = await readUnsent(db)
  const effects = await readAllEffects(db)
  const { operations, nextDueAt } = planBatch(stored, { now: 0, limit: stored.length, isForced: () => false })
  expect({ sent: operations.length, nextDueAt }).toEqual({ sent: stored.length, nextDueAt: null })
  toBatchRequest(stored, DEVICE.device_id, new Date(AT).toISOString())
  for (const { offline_id: id, branch_code: branch, content, created_at: at, about, voided_by: by, kind } of stored) {
    expect({ branch, kind }).toEqual({ branch: BRANCH, kind: content.type })
    expect(Number.isNaN(new Date(at).getTime())).toBe(false)
    const own = effects.filter(({ offline_id: of }) => of === id)
    for (const { delta } of own) expect(Number.isFinite(delta)).toBe(true)
    if (by !== '') expect(stored.find(({ offline_id: voidId }) => voidId === by)?.about).toBe(id)
    if (content.type === 'sale') {
      expect({ id, about }).toEqual({ id: content.sale.offline_id, about: '' })
      const sold = content.sale.items.reduce((sum, { quantity }) => sum + quantity, 0)
      expect(own.reduce((sum, { delta }) => sum - delta, 0)).toBeCloseTo(sold, 3)
    }
  }
}

async function startAnew(): Promise<void> {
  await Promise.all([db.operations.clear(), db.effects.clear(), db.meta.clear()])
}

describe('[fuzz] an imported file', () => {
  it('[Q7] whichever value in it was changed: it is refused, or what is stored is whole', async () => {
    expect(rows.length).toBeGreaterThan(5)
    const parsed: unknown = JSON.parse(VALID)
    expect(await importText(VALID)).toEqual({ ok: true, added: rows.length, known: 0, skipped: 0, left: 0 })
    await expectWholeQueue()
    const run = async (path: readonly number[], value: unknown) => {
      await startAnew()
      const outcome = await importText(JSON.stringify(withValue(parsed, path, value)))
      if (!outcome.ok) expect(await db.operations.count()).toBe(0)
      await expectWholeQueue()
    }
    const costs = boundCosts()
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat(20), { minLength: 1, maxLength: 7 }),
        oddValue,
        withinTime(1_500, costs.held(run)),
      ),
      {
        numRuns: 150,
      },
    )
    await costs.expectBounded()
  })

  it('[Q7] whatever bytes it is: it is refused in words, and nothing changes', async () => {
    const cut = fc.nat(VALID.length - 2).map((length) => VALID.slice(0, length))
    const deep = fc.nat(200_000).map((depth) => `{"format":"mstore-unsent-1","operations":${'['.repeat(depth)}`)
    const closed = fc
      .nat(5_000)
      .map((depth) => VALID.replace('"operations": [', `"x": ${'['.repeat(depth)}${']'.repeat(depth)}, $&`))
    const run = async (text: string) => {
      await startAnew()
      const outcome = await importText(text)
      if (!outcome.ok) expect(await db.operations.count()).toBe(0)
      await expectWholeQueue()
    }
    // Its table of all there is in Unicode stays.
    const binary = fc.string({ unit: 'binary' })
    const costs = boundCosts()
    await fc.assert(
      fc.asyncProperty(fc.oneof(cut, deep, closed, binary, fc.json()), withinTime(1_500, costs.held(run))),
      {
        numRuns: 60,
      },
    )
    await costs.expectBounded()
  })

  it('[Q7] however long it is and whatever stands where: it is refused or taken at little cost', async () => {
    const places = [
      '$&',
      '"x": @, $&',
      '"unknown": @, $&',
      '"unknown": [@], $&',
      '"operations": [@,',
      '"operations": [{"content":@},',
    ]
    const run = async (place: string, { text }: CostlyJson) => {
      await startAnew()
      const outcome = await importText(VALID.replace('"operations": [', place).replace('@', () => text))
      if (!outcome.ok) expect(await db.operations.count()).toBe(0)
      await expectWholeQueue()
    }
    const costs = boundCosts()
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...places), costlyJson(1_000_000), withinTime(2_500, costs.held(run))),
      { numRuns: 60 },
    )
    await costs.expectBounded()
  })

  it('[Q7] in any order, with anything twice and beside another branch’s: each is added once', async () => {
    const file = JSON.parse(VALID)
    const own: readonly { offline_id: string }[] = file.operations
    const run = async (picked: readonly { offline_id: string }[], others: number) => {
      await startAnew()
      const foreign = own.slice(0, others).map((one) => JSON.parse(JSON.stringify(one).replaceAll(BRANCH, 'BRN-OTHER')))
      const outcome = await importText(JSON.stringify({ ...file, operations: [...picked, ...foreign] }))
      const added = new Set(picked.map(({ offline_id: id }) => id)).size
      if (picked.length === 0 && others > 0) expect(outcome).toEqual({ ok: false, reason: 'other-branch' })
      else expect(outcome).toEqual({ ok: true, added, known: picked.length - added, skipped: others, left: 0 })
      expect(await db.operations.count()).toBe(added)
      await expectWholeQueue()
    }
    const costs = boundCosts()
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom(...own), { maxLength: 12 }),
        fc.nat(2),
        withinTime(1_000, costs.held(run)),
      ),
      {
        numRuns: 60,
      },
    )
    await costs.expectBounded()
  })
})

describe('[Q7] an imported file, as the fuzzing found it', () => {
  const changed = (change: (sale: { [key: string]: unknown; content: { sale: object } }) => void): string => {
    const file = JSON.parse(VALID)
    change(file.operations.find(({ content }: OperationRow) => content.type === 'sale'))
    return JSON.stringify(file)
  }

  it.each<[string, (sale: { [key: string]: unknown; content: { sale: object } }) => void]>([
    ['an id that is not its content’s', (sale) => Object.assign(sale, { offline_id: crypto.randomUUID() })],
    [
      'an id in capitals, which the server would book under the small one',
      (sale) => {
        const [upper, { content, offline_id: id }] = [String(sale.offline_id).toUpperCase(), sale]
        Object.assign(sale, {
          offline_id: upper,
          content: JSON.parse(JSON.stringify(content).replaceAll(String(id), upper)),
        })
      },
    ],
    ['a content of another branch', (sale) => Object.assign(sale.content.sale, { branch_code: 'BRN-OTHER' })],
    ['a time that no calendar has', (sale) => Object.assign(sale, { created_at: 1e300 })],
    ['a stock that nobody can take', (sale) => Object.assign(sale, { deltas: [[1, -1e300]] })],
    [
      'a product twice in what it takes',
      (sale) =>
        Object.assign(sale, {
          deltas: [
            [1, -1],
            [1, -1],
          ],
        }),
    ],
  ])('%s: it is damaged, and nothing is stored', async (_name, change) => {
    expect(await importText(changed(change))).toEqual({ ok: false, reason: 'damaged' })
    expect(await db.operations.count()).toBe(0)
  })

  it('takes from stock what the sale sells, whatever else the file says, and is void only with its void', async () => {
    const text = changed((sale) => Object.assign(sale, { deltas: [[1, -500]], voided_by: crypto.randomUUID() }))
    expect(await importText(text)).toMatchObject({ ok: true, added: rows.length })
    await expectWholeQueue()
  })

  it('is not even read when it is larger than any counter’s', async () => {
    expect(await importText(' '.repeat(IMPORT_BYTES_MAX + 1))).toEqual({ ok: false, reason: 'too-large' })
  })

  it.each([
    ['more values than any counter’s has', '"operations": [', `"x": [${'[],'.repeat(4_100_000)}[]], $&`, 'too-large'],
    ['more operations', '"operations": [', `$&${'0,'.repeat(100_001)}`, 'damaged'],
    ['more that nobody could read', '"operations": [', `"unknown": [${'0,'.repeat(100_001)}0], $&`, 'damaged'],
  ])('with %s it is refused before it costs anything', async (_name, place, full, reason) => {
    expect(await importText(VALID.replace(place, full))).toEqual({ ok: false, reason })
  })
})
