import { expect, it } from 'vitest'
import { diagnosticsText } from '../../../src/features/diagnostics/diagnostics-text.ts'

it('the diagnostics of a device fit into a text for support', () => {
  const text = diagnosticsText(
    {
      build: { version: '0.1.0', commit: 'abc1234' },
      device: 'DEV-DBBA60CF',
      branch: 'dev/MCH-MST-001/BRN-MST-OSK00001',
      server: 'https://shop.local:8080',
      broker: 'wss://shop.local:8080/mqtt v4',
      userAgent: 'Test',
      storage: { usage: 12, quota: null, persisted: false },
      position: 'cursor=7 epoch=e1',
      now: 0,
    },
    { state: 'live', problem: 'none', asOf: 1000, behind: null, latencyMs: 12, clockSkewMs: -5 },
    {
      updates: [
        {
          event_type: 'stock_updated',
          product_id: 1386,
          latency_ms: 12,
          payload_size: 402,
          at: 2000,
          came: 'caught-up',
        },
      ],
      latency: { p50: 1, p95: 2, p99: 3 },
      received: 4,
      applied: 3,
      duplicate: 1,
      invalid: 0,
      gapsFilled: 0,
      connections: [{ at: 0, state: 'offline', problem: 'server-unreachable' }],
    },
    [{ key: 1, at: 3000, last_at: 4000, times: 7, kind: 'storage', text: 'Write: QuotaExceededError' }],
    [
      { minute: 0, open: 60_000, live: 60_000, updates: 2, latency_p50: 12, latency_max: 30 },
      { minute: 1, open: 60_000, live: 46_000, updates: 0, latency_p50: null, latency_max: null },
      { minute: 1440, open: 60_000, live: 0, updates: 0, latency_p50: null, latency_max: null },
    ],
  )
  expect(text).toContain('MStore Counter 0.1.0 (abc1234)')
  expect(text).toContain('latency_ms p50=1 p95=2 p99=3')
  expect(text).toContain('1970-01-01T00:00:02.000Z stock_updated 1386 12 402 caught-up')
  expect(text).toContain('1970-01-01T00:00:00.000Z offline server-unreachable')
  expect(text).toContain('1970-01-01T00:00:03.000Z 1970-01-01T00:00:04.000Z 7 storage Write: QuotaExceededError')
  expect(text).toContain('1970-01-01 0.88333 120000 106000')
  // 07.00 in the shop; tomorrow is no hour of today.
  expect(text).toContain('07 0.88333 120000 106000 2 12 30')
  expect(text).not.toContain('07 0.00000')
  expect(text).toContain('as_of=1970-01-01T00:00:01.000Z')
})
