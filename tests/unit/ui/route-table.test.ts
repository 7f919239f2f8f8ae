import { describe, expect, it } from 'vitest'
import { matchRoute, ROUTE_TABLE } from '../../../src/app/route-table.ts'

describe('addresses', () => {
  it.each(ROUTE_TABLE)('$path opens $screen', ({ screen, example }) => {
    expect(matchRoute(example).screen).toBe(screen)
    expect(matchRoute(example === '/' ? '/' : `${example}/`).screen).toBe(screen)
  })

  it('a product stands in its address by its number', () => {
    expect(matchRoute('/stock/1386').productId).toBe(1386)
    for (const path of ['/stock/0', '/stock/-1', '/stock/abc', '/stock/1e3', '/stock/', '/nowhere']) {
      expect(matchRoute(path).screen).toBe('not-found')
    }
  })
})
