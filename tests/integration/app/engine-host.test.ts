import { expose } from 'comlink'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { createEngineHost, type EngineHost } from '../../../src/app/engine-host.ts'
import type {
  EngineControl,
  EnginePage,
  EngineStart,
  EngineWorker,
  PreviewMessage,
} from '../../../src/sync/engine/engine-port.ts'
import { EMPTY_DIAGNOSTICS } from '../../../src/sync/health/diagnostics-log.ts'
import type { SyncStatus } from '../../../src/sync/sync-status.ts'
import { ENROLLMENT } from '../../support/enrollment.ts'
import { FakeClock } from '../sync/fake-clock.ts'

const LIVE: SyncStatus = { state: 'live', problem: 'none', asOf: 1, latencyMs: null, behind: null, clockSkewMs: 0 }
const CATCHING_UP: SyncStatus = { ...LIVE, state: 'catching-up' }

/** A worker's other side in this process: its own port, its lock for life, and what it was asked. */
class FakeWorker extends EventTarget {
  readonly calls: string[] = []
  /** The page, as this worker sees it. */
  page: EnginePage | undefined
  isTerminated = false
  private readonly channel = new MessageChannel()
  private giveLockBack: () => void = () => undefined

  constructor(begin: 'begins' | 'does not open' | 'never answers' = 'begins') {
    super()
    const { port1, port2 } = this.channel
    port1.onmessage = ({ data }) => this.dispatchEvent(new MessageEvent('message', { data }))
    const worker: EngineWorker = {
      begin: async ({ lock }: EngineStart, page: EnginePage) => {
        if (begin === 'never answers') await new Promise(() => undefined)
        if (begin === 'does not open') throw new Error('the databases do not open')
        await this.hold(lock)
        this.page = page
        this.calls.push('begin')
      },
      surroundings: ({ isVisible }, news) => void this.calls.push(`${news} ${isVisible}`),
      send: ({ ignoreBackoff }) => void this.calls.push(ignoreBackoff ? 'send all' : 'send'),
      refresh: async (mode) => {
        this.calls.push(mode)
        return mode === 'compare' ? await new Promise(() => undefined) : 'fresh'
      },
      stop: () => void this.calls.push('stop'),
    }
    expose(worker, port2 as never)
  }

  private hold(name: string): Promise<void> {
    return new Promise((held) => {
      void navigator.locks.request(name, () => {
        held()
        return new Promise<void>((resolve) => {
          this.giveLockBack = resolve
        })
      })
    })
  }

  postMessage(message: unknown, transfer: Transferable[] = []): void {
    this.channel.port1.postMessage(message, transfer)
  }

  /** What a worker says beside the calls of the port. */
  say(data: PreviewMessage): void {
    this.dispatchEvent(new MessageEvent('message', { data }))
  }

  /** Without a word, as a system ends one that takes too much memory. */
  vanish(): void {
    this.giveLockBack()
    this.channel.port1.close()
  }

  terminate(): void {
    this.isTerminated = true
    this.vanish()
  }
}

const running: EngineHost[] = []
afterEach(() => {
  for (const host of running.splice(0)) host.kill()
})

function openPage(spawn: () => FakeWorker | null) {
  const clock = new FakeClock()
  const workers: FakeWorker[] = []
  const inPage: EngineControl[] = []
  const notes: string[] = []
  const seen: SyncStatus[] = []
  const previews: PreviewMessage[] = []
  const onDeath = vi.fn()
  const host = createEngineHost({
    start: () => ({
      origin: 'http://shop',
      device: ENROLLMENT,
      tab: 'tab',
      lock: crypto.randomUUID(),
      surroundings: { isVisible: true, isOnline: true },
      known: CATCHING_UP,
      earlier: EMPTY_DIAGNOSTICS,
    }),
    page: {
      status: (status) => void seen.push(status),
      diagnostics: () => undefined,
      anticipate: (stocks) => void previews.push({ anticipate: stocks }),
      forget: () => void previews.push({ forget: true }),
      refresh: async () => 'fresh',
      note: (kind, text) => void notes.push(`${kind}: ${text}`),
    },
    spawn() {
      const worker = spawn()
      if (worker === null) return null
      workers.push(worker)
      return worker as unknown as Worker
    },
    async inPage() {
      const control = {
        surroundings: vi.fn(),
        send: vi.fn(),
        refresh: vi.fn(async () => 'complete' as const),
        stop: vi.fn(),
      }
      inPage.push(control)
      return control
    },
    locks: navigator.locks,
    clock,
    journal: { note: (kind, what, error) => void notes.push(`${kind}: ${what}: ${String(error)}`) },
    onDeath,
  })
  running.push(host)
  const begun = async (count: number) => {
    await vi.waitFor(() => expect(workers.at(count - 1)?.page).toBeDefined())
    return workers[count - 1] as FakeWorker & { page: EnginePage }
  }
  return { host, clock, workers, inPage, notes, seen, previews, onDeath, begun }
}

describe('[C10] the engine beside the screen', () => {
  it('tells its page what it knows, hears how the page is, refreshes, and is silent after its end', async () => {
    const { host, clock, begun, seen, notes } = openPage(() => new FakeWorker())
    const worker = await begun(1)
    void worker.page.status(LIVE)
    await vi.waitFor(() => expect(seen).toEqual([LIVE]))
    host.surroundings({ isVisible: false, isOnline: true }, 'changed')
    host.send({ ignoreBackoff: true })
    expect(await host.refresh('now')).toBe('fresh')
    expect(worker.calls).toEqual(['begin', 'changed false', 'send all', 'now'])

    host.stop()
    void worker.page.status(CATCHING_UP)
    await vi.waitFor(() => expect(worker.calls).toContain('stop'))
    expect(worker.isTerminated).toBe(false)
    await clock.advance(1_000)
    expect(worker.isTerminated).toBe(true)
    expect(seen).toEqual([LIVE])
    expect(notes).toEqual([])
  })

  it('[V2] previews received stocks and takes them back in its order, and no more after its end', async () => {
    const { host, begun, previews } = openPage(() => new FakeWorker())
    const worker = await begun(1)
    const messages: PreviewMessage[] = [{ anticipate: [{ id: 1, quantity: 2, version: 3 }] }, { forget: true }]
    for (const message of messages) worker.say(message)
    expect(previews).toEqual(messages)
    host.kill()
    worker.say({ anticipate: [{ id: 1, quantity: 1, version: 4 }] })
    expect(previews).toEqual(messages)
  })

  it('is ended at once, with all that it is at, before its page stands still', async () => {
    const { host, begun, onDeath } = openPage(() => new FakeWorker())
    const worker = await begun(1)
    host.kill()
    expect(worker.isTerminated).toBe(true)
    expect(await host.refresh('now')).toBe('failed')
    expect(onDeath).not.toHaveBeenCalled()
  })

  it.each([
    [
      'gives no worker',
      () => {
        throw new DOMException('refused', 'SecurityError')
      },
    ],
    ['does not open the databases in it', () => new FakeWorker('does not open')],
    [
      'does not load its script',
      () => {
        const worker = new FakeWorker()
        queueMicrotask(() => worker.dispatchEvent(new Event('error', { cancelable: true })))
        return worker
      },
    ],
  ] as const)('where a browser %s, the page does the same itself', async (_, spawn) => {
    const { host, inPage, workers, notes } = openPage(spawn)
    await vi.waitFor(() => expect(inPage).toHaveLength(1))
    expect(await host.refresh('now')).toBe('complete')
    host.stop()
    await vi.waitFor(() => expect(inPage[0]?.stop).toHaveBeenCalledOnce())
    expect(workers.length).toBeLessThanOrEqual(1)
    expect(notes).toHaveLength(1)
  })

  it('where a browser should have none, the page does it, and that is no failure', async () => {
    const { host, inPage, notes, onDeath } = openPage(() => null)
    await vi.waitFor(() => expect(inPage).toHaveLength(1))
    expect(await host.refresh('now')).toBe('complete')
    expect(notes).toEqual([])
    expect(onDeath).not.toHaveBeenCalled()
  })

  it.each([
    [
      'throws what nobody catches',
      (worker: FakeWorker) => worker.dispatchEvent(new Event('error', { cancelable: true })),
    ],
    ['is gone without a word', (worker: FakeWorker) => worker.vanish()],
  ])('one that %s is noted and begun again, and what asked it meanwhile gets an answer', async (_, end) => {
    const { host, clock, begun, notes, onDeath, seen } = openPage(() => new FakeWorker())
    const first = await begun(1)
    const asked = host.refresh('compare')
    await vi.waitFor(() => expect(first.calls).toContain('compare'))
    end(first)
    expect(await asked).toBe('failed')
    expect(onDeath).toHaveBeenCalledOnce()
    expect(notes).toHaveLength(1)
    expect(first.isTerminated).toBe(true)

    await clock.advance(500)
    const second = await begun(2)
    void second.page.status(LIVE)
    await vi.waitFor(() => expect(seen).toEqual([LIVE]))
  })

  it('one that never begins is given up, and the page does it', async () => {
    const { clock, inPage, workers } = openPage(() => new FakeWorker('never answers'))
    await clock.advance(29_999)
    expect(inPage).toHaveLength(0)
    await clock.advance(1)
    await vi.waitFor(() => expect(inPage).toHaveLength(1))
    expect(workers[0]?.isTerminated).toBe(true)
  })

  it('one that dies now and then is begun again each time', async () => {
    const { clock, begun, inPage, workers } = openPage(() => new FakeWorker())
    for (const count of [1, 2, 3, 4]) {
      const worker = await begun(count)
      await clock.advance(60_000)
      worker.vanish()
      await vi.waitFor(() => expect(workers[count - 1]?.isTerminated).toBe(true))
      await clock.advance(500)
    }
    await begun(5)
    expect(inPage).toHaveLength(0)
  })

  it('one that dies again and again is given up, and the page does it', async () => {
    const { clock, begun, inPage, workers } = openPage(() => new FakeWorker())
    for (const count of [1, 2, 3]) {
      ;(await begun(count)).vanish()
      await vi.waitFor(() => expect(workers[count - 1]?.isTerminated).toBe(true))
      await clock.advance(500)
    }
    await vi.waitFor(() => expect(inPage).toHaveLength(1))
    expect(workers).toHaveLength(3)
  })
})
