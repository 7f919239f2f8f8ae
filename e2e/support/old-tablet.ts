import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { BrowserContext, Page } from '@playwright/test'
import * as v from 'valibot'
import { type Enrollment, enrollAnswerSchema } from '../../src/contract/device.ts'
import { PATHS } from '../../src/contract/rest.ts'
import { SALES_DB_NAME } from '../../src/db/sales/sales-db.ts'
import type { OperationRow } from '../../src/db/sales/sales-rows.ts'
import { toBatchRequest } from '../../src/sync/outbox/batch-request.pure.ts'
import {
  type DatabaseFixture,
  RECORDED,
  renameRecording,
  restoreDatabases,
  type StoreFixture,
} from '../../tests/support/database-fixture.ts'
import type { AdminClient, Branch } from './admin-client.ts'
import type { SqlClient } from './sql-client.ts'

const FOLDER = join(import.meta.dirname, '../../tests/fixtures/databases')
/** What tablets of versions that were in use kept; today's is among them. */
export const RECORDINGS: readonly string[] = readdirSync(FOLDER).filter((name) => name.endsWith('.json'))
/** An address of the app's origin that the service worker leaves alone. */
const NO_APP = '/healthz'

/** Opens a page of the app's origin in which no app runs. */
export async function openNoApp(context: BrowserContext, origin: string): Promise<Page> {
  const page = await context.newPage()
  await page.route(`**${NO_APP}`, (route) =>
    route.fulfill({ contentType: 'text/html', body: '<!doctype html><link rel="icon" href="data:,"><title>-</title>' }),
  )
  await page.goto(`${origin}${NO_APP}`)
  return page
}

/** What an earlier version of the app left on a tablet, as if it had worked for this branch until a moment ago. */
export interface OldTablet {
  readonly databases: readonly DatabaseFixture[]
  /** In the order of recording; empty before there were sales. */
  readonly operations: readonly OperationRow[]
}

/** Enrols a device in the branch, which has five products and three of staff, and gives it a recording's data. */
export async function makeOldTablet(
  { admin, sql }: { readonly admin: AdminClient; readonly sql: SqlClient },
  origin: string,
  branch: Branch,
  file: string,
): Promise<OldTablet> {
  const recorded: DatabaseFixture[] = JSON.parse(readFileSync(join(FOLDER, file), 'utf8'))
  const before = recorded.flatMap(({ stores }) => stores).flatMap(deviceIn)[0]
  if (!before) throw new Error(`${file} holds no device`)
  const device = await enrol(origin, await admin.pairingCode(branch))
  const idsOf = async (table: 'inventory' | 'staff', where: string) =>
    (await sql.query<{ id: number }>(`SELECT id FROM ${table} WHERE ${where} ORDER BY id`, [branch.id])).map(
      ({ id }) => id,
    )
  const ids = {
    products: branch.productIds,
    inventory: await idsOf('inventory', 'product_id IN (SELECT id FROM products WHERE branch_id = $1)'),
    staff: await idsOf('staff', 'branch_id = $1'),
  }
  const [{ epoch } = { epoch: '' }] = await sql.query<{ epoch: string }>('SELECT epoch FROM log_state')
  const recordedEpoch = recorded.flatMap(({ stores }) => stores).flatMap(epochIn)[0]
  const renamed = renameRecording(recorded, {
    texts: [
      [before.device_id, device.device_id],
      [before.branch.code, device.branch.code],
      [before.merchant.code, device.merchant.code],
      ...(recordedEpoch === undefined ? [] : [[recordedEpoch, epoch] as const]),
    ],
    ids: (['products', 'inventory', 'staff'] as const).flatMap((table) =>
      ids[table].map((id, index) => [RECORDED[table] + 1 + index, id] as const),
    ),
    now: Date.now(),
  })
  // Where its log stood is of a server that is not there; a tablet that does not know asks for all rows.
  const isPosition = (row: unknown) => v.is(keySchema, row) && ['position', 'refresh', 'etag'].includes(row.key)
  const databases = renamed.map((database) => ({
    ...database,
    stores: database.stores.map((store) => ({
      ...store,
      rows: store.rows
        .filter((row) => store.name !== 'meta' || !isPosition(row))
        .map((row) => (deviceOf(row) ? { key: 'device', value: device } : row)),
    })),
  }))
  const operations = databases
    .filter(({ name }) => name === SALES_DB_NAME)
    .flatMap(({ stores }) => stores)
    .filter(({ name }) => name === 'operations' || name === 'pendingTransactions')
    .flatMap(({ rows }) => rows as readonly OperationRow[])
    .toSorted((a, b) => a.place - b.place)
  await sendSettled(origin, device, operations)
  await changeAsRecorded(sql, branch, productsIn(databases.flatMap(({ stores }) => stores)))
  return { databases, operations }
}

/** For a tablet's `prepare`: it has this in its databases before the app is opened. */
export async function layIn(context: BrowserContext, origin: string, { databases }: OldTablet): Promise<void> {
  const page = await openNoApp(context, origin)
  await page.evaluate(restoreDatabases, databases)
  await page.close()
}

/** What the tablet had sent before: the server has it, as it had then. */
async function sendSettled(origin: string, device: Enrollment, operations: readonly OperationRow[]): Promise<void> {
  const settled = operations.filter(({ state }) => state === 'settled')
  if (settled.length === 0) return
  const response = await fetch(`${origin}${PATHS.batchSync}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${device.device_secret_token}`, 'content-type': 'application/json' },
    body: JSON.stringify(toBatchRequest(settled, device.device_id, new Date().toISOString())),
  })
  const { results } = v.parse(sentSchema, await response.json()).data
  if (!results.every(({ success }) => success)) throw new Error(`the server refused: ${JSON.stringify(results)}`)
}

/** What the shop changed while the tablet watched: the server's rows as the tablet knows them. */
async function changeAsRecorded(sql: SqlClient, branch: Branch, known: readonly KnownProduct[]): Promise<void> {
  for (const id of branch.productIds) {
    const product = known.find((row) => row.id === id)
    if (!product) await sql.query('DELETE FROM products WHERE id = $1', [id])
    else {
      await sql.query('UPDATE products SET name = $2 WHERE id = $1 AND name <> $2', [id, product.name])
      await sql.query('UPDATE products SET stock = $2 WHERE id = $1 AND stock <> $2', [id, product.stock])
    }
  }
}

const stockSchema = v.object({ id: v.number(), quantity: v.number() })
/** Until version 3 of the cache the stock stood in the product's row. */
const productSchema = v.object({ id: v.number(), name: v.string(), stock: v.optional(v.number()) })

interface KnownProduct {
  readonly id: number
  readonly name: string
  readonly stock: number
}

function productsIn(stores: readonly StoreFixture[]): KnownProduct[] {
  const rowsOf = (name: string) => stores.find((store) => store.name === name)?.rows ?? []
  const stocks = new Map(
    rowsOf('stocks').map((row) => {
      const { id, quantity } = v.parse(stockSchema, row)
      return [id, quantity]
    }),
  )
  return rowsOf('products').map((row) => {
    const { id, name, stock = stocks.get(id) } = v.parse(productSchema, row)
    if (stock === undefined) throw new Error(`no stock was recorded of product ${id}`)
    return { id, name, stock }
  })
}

const sentSchema = v.object({ data: v.object({ results: v.array(v.looseObject({ success: v.boolean() })) }) })
const keySchema = v.object({ key: v.string() })
const positionRowSchema = v.object({ key: v.literal('position'), value: v.object({ epoch: v.string() }) })

function epochIn({ name, rows }: StoreFixture): string[] {
  return name === 'meta' ? rows.flatMap((row) => (v.is(positionRowSchema, row) ? row.value.epoch : [])) : []
}

const deviceRowSchema = v.object({ key: v.literal('device'), value: v.unknown() })

function deviceOf(row: unknown): Enrollment | null {
  if (!v.is(deviceRowSchema, row)) return null
  return v.parse(enrollAnswerSchema, { code: 200, data: row.value }).data
}

function deviceIn({ name, rows }: StoreFixture): Enrollment[] {
  return name === 'meta' ? rows.flatMap((row) => deviceOf(row) ?? []) : []
}

async function enrol(origin: string, pairingCode: string): Promise<Enrollment> {
  const response = await fetch(`${origin}/api/v1/device/enroll`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ pairing_code: pairingCode, device_name: 'Kasir lama' }),
  })
  return v.parse(enrollAnswerSchema, await response.json()).data
}
