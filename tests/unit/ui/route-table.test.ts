import { describe, expect, it } from 'vitest'
import { matchRoute, ROUTE_TABLE } from '../../../src/app/route-table.ts'

describe('addresses', () => {
  it.each(ROUTE_TABLE)('$example opens $screen, with a slash at its end too', ({ screen, example }) => {
    expect(matchRoute(example)?.screen).toBe(screen)
    expect(matchRoute(`${example}/`)?.screen).toBe(screen)
  })

  it('a product stands in its address by its number', () => {
    expect(matchRoute('/stock/1386')).toEqual({ screen: 'stock', id: '1386' })
  })

  it('a record stands in its address by its id', () => {
    const id = '56752b9f-3cb4-4b29-8512-ce3e0112c527'
    for (const [path, screen] of [
      [`/sell/pay/${id}`, 'pay'],
      [`/receipt/${id}`, 'receipt'],
      [`/shift/${id}`, 'shift'],
      [`/transactions/${id}`, 'transaction'],
    ]) {
      expect(matchRoute(path ?? '')).toEqual({ screen, id })
    }
  })

  it.each([
    '/stock/0',
    '/stock/-1',
    '/stock/abc',
    '/stock/1e3',
    '/stock/',
    '/receipt',
    '/sell/pay',
    '/receipt/a b',
    `/receipt/${'x'.repeat(65)}`,
    '/ownership',
    '/nowhere',
  ])('%s is no address of the app', (path) => {
    expect(matchRoute(path)).toBeNull()
  })
})
