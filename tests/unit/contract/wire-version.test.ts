import { createHash } from 'node:crypto'
import { toJsonSchema } from '@valibot/to-json-schema'
import type { GenericSchema } from 'valibot'
import { describe, expect, it } from 'vitest'
import * as admin from '../../../src/contract/admin.ts'
import * as adminAnswers from '../../../src/contract/admin-answers.ts'
import * as approval from '../../../src/contract/approval.ts'
import * as batchSync from '../../../src/contract/batch-sync.ts'
import * as device from '../../../src/contract/device.ts'
import * as events from '../../../src/contract/events.ts'
import { type EventType, eventDataSchemas } from '../../../src/contract/events.ts'
import * as owner from '../../../src/contract/owner.ts'
import * as pages from '../../../src/contract/pages.ts'
import * as queries from '../../../src/contract/queries.ts'
import * as inventory from '../../../src/contract/records/inventory.ts'
import * as product from '../../../src/contract/records/product.ts'
import { RECORDS } from '../../../src/contract/records/registry.ts'
import * as settings from '../../../src/contract/records/settings.ts'
import * as staff from '../../../src/contract/records/staff.ts'
import * as stock from '../../../src/contract/records/stock.ts'
import * as transaction from '../../../src/contract/records/transaction.ts'
import * as reports from '../../../src/contract/reports.ts'
import * as rest from '../../../src/contract/rest.ts'
import * as reviewReports from '../../../src/contract/review-reports.ts'
import * as sales from '../../../src/contract/sales.ts'
import * as shop from '../../../src/contract/settings.ts'
import * as shifts from '../../../src/contract/shifts.ts'
import * as staffSession from '../../../src/contract/staff-session.ts'
import * as transactions from '../../../src/contract/transactions.ts'
import { WIRE_VERSION } from '../../../src/contract/wire-version.ts'

/** Every schema that an older tablet or another backend has to understand, with the version under which it was agreed. */
const AGREED = { version: 6, hash: '779a434f6b098a48' }

function wireSchemas(): Record<string, unknown> {
  const schemas: Record<string, GenericSchema> = {}
  for (const module of [
    approval,
    events,
    owner,
    inventory,
    product,
    settings,
    staff,
    stock,
    transaction,
    reports,
    rest,
    admin,
    adminAnswers,
    queries,
    device,
    pages,
    staffSession,
    transactions,
    sales,
    batchSync,
    reviewReports,
    shifts,
    shop,
  ]) {
    for (const [name, value] of Object.entries(module)) {
      if (name.endsWith('Schema') && typeof value === 'object') schemas[name] = value as GenericSchema
    }
  }
  for (const [type, schema] of Object.entries(eventDataSchemas)) schemas[`event:${type}`] = schema
  return Object.fromEntries(
    Object.entries(schemas)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, schema]) => [name, toJsonSchema(schema, { errorMode: 'ignore' })]),
  )
}

describe('the wire contract', () => {
  it('has one schema an event type, the one that its records are declared with', () => {
    const declared = [...RECORDS.events].map(([type, { schema }]) => [type, schema])
    expect(Object.fromEntries(declared)).toEqual(eventDataSchemas)
    for (const [type, schema] of declared) expect(eventDataSchemas[type as EventType], String(type)).toBe(schema)
  })

  it('changes only together with WIRE_VERSION: an old tablet must be able to read a new server', () => {
    const hash = createHash('sha256').update(JSON.stringify(wireSchemas())).digest('hex').slice(0, 16)
    expect({ version: WIRE_VERSION, hash }).toEqual(AGREED)
  })
})
