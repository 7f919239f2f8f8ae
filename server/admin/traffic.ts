import { setTimeout as sleep } from 'node:timers/promises'
import * as v from 'valibot'
import { productSchema } from '../../src/contract/records/product.ts'
import { type AdminClient, RefusedError } from './admin-client.ts'
import { AdminError } from './admin-error.ts'
import { createTrafficMaker } from './make-traffic.ts'

/** Also the most changes under way at once: a server that falls behind is not buried. */
export const TRAFFIC_CONNECTIONS = 32

const TICK_MS = 10
const REPORT_MS = 5_000
const MAX_PRODUCTS = 1_000

/** Changes stock `rate` times a second by the admin REST until `seconds` are over or a signal comes; prints what was reached. */
export async function runTraffic(
  client: AdminClient,
  plan: { branchCode: string; rate: number; seconds: number; products: number },
): Promise<void> {
  const limit = String(Math.min(MAX_PRODUCTS, Math.max(1, Math.floor(plan.products))))
  const query = new URLSearchParams({ branch_code: plan.branchCode, limit })
  const products = await client.call(v.array(productSchema), 'GET', `/api/v1/admin/product?${query}`)
  if (products.length === 0) throw new AdminError(`The branch ${plan.branchCode} has no products`)
  const maker = createTrafficMaker(
    products.map(({ id, stock, unit }) => ({ id, stock, weighed: unit === 'kg' })),
    Math.random,
  )

  const started = performance.now()
  const end = started + plan.seconds * 1_000
  const latencies: number[] = []
  const underWay = new Set<Promise<void>>()
  let begun = 0
  let failed = 0
  let failure: unknown
  let stopped = false
  const stop = (): void => {
    stopped = true
  }
  process.once('SIGINT', stop)
  process.once('SIGTERM', stop)

  async function changeOnce(): Promise<void> {
    const { productId, delta, reason, updatedBy } = maker.next()
    const json = { product_id: productId, delta, reason, updated_by: updatedBy }
    const sent = performance.now()
    try {
      await client.call(v.unknown(), 'POST', '/api/v1/admin/stock', { json })
      latencies.push(performance.now() - sent)
    } catch (error) {
      failed++
      failure = error
      // A refusal would come every time; a server that restarts comes back.
      if (error instanceof RefusedError && error.status < 500) stopped = true
    }
  }

  console.log(`${plan.rate} changes a second on ${products.length} products of ${plan.branchCode}; Ctrl-C ends it`)
  let reportAt = started + REPORT_MS
  while (!stopped && performance.now() < end) {
    const due = Math.floor(((Math.min(performance.now(), end) - started) / 1_000) * plan.rate) + 1
    while (begun < due && underWay.size < TRAFFIC_CONNECTIONS) {
      begun++
      const change = changeOnce().finally(() => underWay.delete(change))
      underWay.add(change)
    }
    if (performance.now() >= reportAt) {
      console.log(summarize(latencies, failed, performance.now() - started))
      reportAt += REPORT_MS
    }
    await sleep(TICK_MS)
  }
  await Promise.all(underWay)
  console.log(`Done: ${summarize(latencies, failed, performance.now() - started)}`)
  if (failure !== undefined && (latencies.length === 0 || failure instanceof RefusedError)) throw failure
}

function summarize(latencies: readonly number[], failed: number, elapsedMs: number): string {
  const sorted = latencies.toSorted((a, b) => a - b)
  const at = (share: number): string => `${(sorted[Math.floor(share * (sorted.length - 1))] ?? 0).toFixed(1)} ms`
  const rate = (latencies.length / (elapsedMs / 1_000)).toFixed(1)
  return `${latencies.length} changes, ${failed} failed, ${rate} a second; answered in p50 ${at(0.5)}, p95 ${at(0.95)}`
}
