import { describe, expect, it, vi } from 'vitest'
import type { RefreshMode } from '../../../src/sync/refresh/refresh.pure.ts'
import type { RefreshOutcome } from '../../../src/sync/refresh/refresh-deps.ts'
import { createWorkerRefresh } from '../../../src/sync/refresh/worker-refresh.ts'
import { FakeClock } from './fake-clock.ts'

const ACCEPT_MS = 2000
const SILENCE_MS = 30_000

/** A page whose service worker says what the test lets it say. */
function begin({ hasWorker }: { readonly hasWorker: boolean }) {
  const clock = new FakeClock()
  const asked: unknown[] = []
  let say: (reply: unknown) => void = () => undefined
  const runHere = vi.fn(async (_mode: RefreshMode): Promise<RefreshOutcome> => 'compared')
  const refresh = createWorkerRefresh({
    clock,
    runHere,
    worker: () =>
      hasWorker
        ? (message, onReply) => {
            asked.push(message)
            say = onReply
          }
        : null,
  })
  const ended: RefreshOutcome[] = []
  return {
    clock,
    asked,
    runHere,
    ended,
    ask: (mode: RefreshMode = 'if-stale') => void refresh(mode).then((outcome) => ended.push(outcome)),
    say: (reply: unknown) => say(reply),
  }
}

describe('a refresh asked of the service worker', () => {
  it('[R1] runs in the worker, in the mode asked for, and ends as that says', async () => {
    const { clock, asked, runHere, ended, ask, say } = begin({ hasWorker: true })
    ask('now')
    expect(asked).toEqual([{ type: 'refresh', mode: 'now' }])
    say({ type: 'working' })
    say({ type: 'done', outcome: 'complete' })
    await clock.advance(2 * SILENCE_MS)
    expect(ended).toEqual(['complete'])
    expect(runHere).not.toHaveBeenCalled()
  })

  it('[R1] without a worker the page runs it, at once', async () => {
    const { clock, runHere, ended, ask } = begin({ hasWorker: false })
    ask('now')
    await clock.advance(0)
    expect(runHere).toHaveBeenCalledExactlyOnceWith('now')
    expect(ended).toEqual(['compared'])
  })

  it('[R1] a worker that has not accepted after two seconds is not there: the page runs it', async () => {
    const { clock, runHere, ended, ask } = begin({ hasWorker: true })
    ask('now')
    await clock.advance(ACCEPT_MS - 1)
    expect(runHere).not.toHaveBeenCalled()
    await clock.advance(1)
    expect(runHere).toHaveBeenCalledExactlyOnceWith('now')
    expect(ended).toEqual(['compared'])
  })

  it('[R1] what is no answer of this version is no acceptance', async () => {
    const { clock, runHere, ask, say } = begin({ hasWorker: true })
    ask()
    say({ type: 'pong' })
    say({ type: 'done', outcome: 'splendid' })
    await clock.advance(ACCEPT_MS)
    expect(runHere).toHaveBeenCalledOnce()
  })

  it('[R1] a worker that says nothing for half a minute has failed, and the page does not begin it again', async () => {
    const { clock, runHere, ended, ask, say } = begin({ hasWorker: true })
    ask()
    await clock.advance(ACCEPT_MS - 1)
    say({ type: 'working' })
    await clock.advance(SILENCE_MS - 1)
    expect(ended).toEqual([])
    await clock.advance(1)
    expect(ended).toEqual(['failed'])
    expect(runHere).not.toHaveBeenCalled()
  })

  it('[R1] each page that it reports gives it half a minute more', async () => {
    const { clock, runHere, ended, ask, say } = begin({ hasWorker: true })
    ask()
    for (let page = 0; page < 10; page += 1) {
      say({ type: 'working' })
      await clock.advance(SILENCE_MS - 1)
    }
    expect(ended).toEqual([])
    say({ type: 'working' })
    await clock.advance(SILENCE_MS)
    expect(ended).toEqual(['failed'])
    expect(runHere).not.toHaveBeenCalled()
  })
})
