import { expect, it } from 'vitest'
import { type KnownEvent, parseEvent } from '../../../src/contract/events.ts'
import { receivedStocks } from '../../../src/sync/records/received-stock.pure.ts'
import { EPOCH } from './rows.ts'

const SALE = '0192f0c1-2222-7abc-8def-000000000001'
const known = (type: string, data: object, more: object = {}) =>
  parseEvent({ event_type: type, data, ...more }) as KnownEvent
const stock = (data: object, more?: object) => known('stock_updated', { product_id: 7, new_stock: 3, ...data }, more)

it('[V2] a received stock goes to the screen as number and version, with the operation that it is of', () => {
  expect(
    receivedStocks([
      stock({ version: 4, product_name: 'Gula' }, { epoch: EPOCH }),
      stock({ version: 5, offline_id: SALE }),
    ]),
  ).toEqual([
    { id: 7, quantity: 3, version: 4, epoch: EPOCH },
    { id: 7, quantity: 3, version: 5, offlineId: SALE },
  ])
})

it('[V2] what has no version, or is no stock, is shown once it is stored', () => {
  expect(
    receivedStocks([stock({}), known('inventory_removed', { inventory_id: 1, version: 2, product_id: 7 })]),
  ).toEqual([])
})
