import { expect, test } from 'vitest'
import { sumOfRoutes } from '../../../bench/resources.ts'
import { createMetrics } from '../../../server/metrics.ts'

test('the server’s own time on some routes is read from what it tells Prometheus', async () => {
  const metrics = createMetrics()
  const observe = (route: string, seconds: number, status = 200) =>
    metrics.observeRequest({ method: 'GET', route, status, seconds })
  observe('/api/v1/master/product', 0.5)
  observe('/api/v1/master/product', 0.25, 304)
  observe('/api/v1/master/inventory', 1)
  observe('/api/v1/owner/products/:id', 8)
  const text = await metrics.registry.metrics()
  expect(sumOfRoutes(text, '/api/v1/master/')).toBeCloseTo(1.75)
  expect(sumOfRoutes(text, '/nothing')).toBe(0)
})
