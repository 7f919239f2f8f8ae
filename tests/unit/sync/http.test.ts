import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createHttp } from '../../../src/sync/http.ts'

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
})
afterEach(() => {
  vi.useRealTimers()
})

/** A server whose answer comes in parts that the test sends. */
function openLine() {
  let body: ReadableStreamDefaultController<Uint8Array> | undefined
  const stream = new ReadableStream<Uint8Array>({
    start: (controller) => {
      body = controller
    },
  })
  let answer: (response: Response) => void = () => undefined
  const onProgress = vi.fn()
  const http = createHttp({
    origin: 'http://server',
    token: 'secret',
    onProgress,
    fetch: async (_url, init) => {
      init?.signal?.addEventListener('abort', () => body?.error(init.signal?.reason))
      return await new Promise<Response>((resolve, reject) => {
        answer = resolve
        init?.signal?.addEventListener('abort', () => reject(init.signal?.reason))
      })
    },
  })
  return {
    http,
    onProgress,
    begin: (status = 200) => answer(new Response(stream, { status })),
    send: (text: string) => body?.enqueue(new TextEncoder().encode(text)),
    end: () => body?.close(),
  }
}

describe('[R2] a line', () => {
  it('that is slow is waited for as long as it brings something', async () => {
    const { http, begin, send, end, onProgress } = openLine()
    const answer = http({ path: '/page' })
    await vi.advanceTimersByTimeAsync(14_000)
    begin()
    for (const part of ['{"rows"', ':[1', ',2', ',3', ']}']) {
      await vi.advanceTimersByTimeAsync(14_000)
      send(part)
    }
    await vi.advanceTimersByTimeAsync(14_000)
    end()
    expect((await answer).body).toEqual({ rows: [1, 2, 3] })
    expect(onProgress.mock.calls.length).toBeGreaterThanOrEqual(5)
  })

  it.each([
    ['before the answer', false],
    ['in the middle of it', true],
  ])('that is silent %s for 15 s is given up', async (_, hasBegun) => {
    const { http, begin, send } = openLine()
    const failing = expect(http({ path: '/page' })).rejects.toMatchObject({ name: 'HttpFailure', status: null })
    if (hasBegun) {
      begin()
      send('{"rows":[')
      await vi.advanceTimersByTimeAsync(1000)
    }
    await vi.advanceTimersByTimeAsync(15_000)
    await failing
  })

  it('is given the time that a request asks for', async () => {
    const { http, begin, send, end } = openLine()
    const answer = http({ path: '/batch', method: 'POST', body: {}, timeoutMs: 40_000 })
    await vi.advanceTimersByTimeAsync(39_000)
    begin()
    send('{}')
    end()
    expect((await answer).status).toBe(200)
    expect(vi.getTimerCount()).toBe(0)
  })

  it('that cuts a character in two brings it whole', async () => {
    const bytes = new TextEncoder().encode('{"name":"Kopi – susu"}')
    const parts = [...bytes].map((byte) => new Uint8Array([byte]))
    const stream = new ReadableStream<Uint8Array>({
      pull(controller) {
        const part = parts.shift()
        if (part) controller.enqueue(part)
        else controller.close()
      },
    })
    const http = createHttp({ origin: 'http://server', token: null, fetch: async () => new Response(stream) })
    expect((await http({ path: '/' })).body).toEqual({ name: 'Kopi – susu' })
  })
})

it('tells what a refusal says, and what is no answer of ours', async () => {
  const answers = [
    new Response('{"code":401,"error":{"kind":"device_revoked","message":"gone"}}', { status: 401 }),
    new Response('<html>Log in to the hotel’s network</html>', { status: 200 }),
    new Response('<html>Bad gateway</html>', { status: 502 }),
  ]
  const http = createHttp({
    origin: 'http://server',
    token: null,
    fetch: async () => answers.shift() ?? Response.error(),
  })
  await expect(http({ path: '/' })).rejects.toMatchObject({ status: 401, class: 'revoked' })
  await expect(http({ path: '/' })).rejects.toMatchObject({ status: null, class: 'transient' })
  await expect(http({ path: '/' })).rejects.toMatchObject({ status: 502, class: 'transient' })
})
