import { once } from 'node:events'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createTcpProxy, type Target, type TcpProxy } from '../../../e2e/support/tcp-proxy.ts'

let target: Server
let accepted: Socket[]
let proxy: TcpProxy
let opened: Socket[]

beforeEach(async () => {
  accepted = []
  opened = []
  target = createServer({ allowHalfOpen: true }, (socket) => {
    accepted.push(socket)
    socket.on('error', () => {})
    socket.on('data', (chunk) => socket.write(chunk))
    socket.on('end', () => socket.end('bye'))
  })
  target.listen(0, '127.0.0.1')
  await once(target, 'listening')
  proxy = await createTcpProxy(targetAddress)
})

afterEach(async () => {
  for (const socket of [...opened, ...accepted]) socket.destroy()
  await proxy.close()
  target.close()
})

function targetAddress(): Target {
  const address = target.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return { host: '127.0.0.1', port: address.port }
}

interface Client {
  readonly socket: Socket
  readonly received: () => string
  readonly errors: string[]
}

/** Unlike `once`, a reset is no failure here. */
function closing(socket: Socket): Promise<void> {
  return new Promise((resolve) => socket.once('close', () => resolve()))
}

async function open(through: TcpProxy = proxy): Promise<Client> {
  const socket = connect({ host: '127.0.0.1', port: through.port, allowHalfOpen: true })
  opened.push(socket)
  let text = ''
  const errors: string[] = []
  socket.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk
  })
  socket.on('error', (error: NodeJS.ErrnoException) => errors.push(error.code ?? error.message))
  await once(socket, 'connect')
  return { socket, received: () => text, errors }
}

describe('tcp proxy', () => {
  it('carries bytes both ways, and an end in one direction leaves the other open', async () => {
    const { socket, received } = await open()
    socket.write('hello')
    await vi.waitFor(() => expect(received()).toBe('hello'))
    socket.end()
    await vi.waitFor(() => expect(received()).toBe('hellobye'))
    await vi.waitFor(() => expect(proxy.connections).toBe(0))
  })

  it('carries more than fits into its buffers', async () => {
    const { socket, received } = await open()
    const text = 'x'.repeat(10 * 1024 * 1024)
    socket.write(text)
    await vi.waitFor(() => expect(received().length).toBe(text.length), { timeout: 10_000 })
  })

  it('cut resets what is open and refuses what is new, restore takes it back', async () => {
    const { socket, errors } = await open()
    const closed = closing(socket)
    await proxy.cut()
    await closed
    expect(errors).toEqual(['ECONNRESET'])
    expect(proxy.connections).toBe(0)
    await vi.waitFor(() => expect(accepted[0]?.destroyed).toBe(true))
    await expect(open()).rejects.toMatchObject({ code: 'ECONNREFUSED' })
    await proxy.restore()
    const again = await open()
    again.socket.write('back')
    await vi.waitFor(() => expect(again.received()).toBe('back'))
  })

  it('halfOpen swallows bytes without telling either side, restore resets those that lost some', async () => {
    const broken = await open()
    const idle = await open()
    await vi.waitFor(() => expect(accepted).toHaveLength(2))
    proxy.halfOpen()
    broken.socket.write('lost')
    const late = await open()
    late.socket.write('lost too')
    await vi.waitFor(() => expect(accepted).toHaveLength(3))
    for (const socket of accepted) socket.write('pushed')
    // A round trip through a whole proxy, begun later, shows that these bytes had their time.
    const whole = await createTcpProxy(targetAddress)
    const control = await open(whole)
    control.socket.write('round trip')
    await vi.waitFor(() => expect(control.received()).toBe('round trip'))
    await whole.close()
    expect([broken.received(), late.received()]).toEqual(['', ''])
    expect([broken.errors, late.errors]).toEqual([[], []])
    expect(broken.socket.destroyed).toBe(false)
    const ends = Promise.all([broken, late].map(({ socket }) => closing(socket)))
    await proxy.restore()
    await ends
    expect([broken.received(), idle.received()]).toEqual(['', ''])
    const again = await open()
    again.socket.write('back')
    await vi.waitFor(() => expect(again.received()).toBe('back'))
  })

  it('refuse resets what began like that, now and later, and leaves the others alone', async () => {
    const [refused, other] = [await open(), await open()]
    for (const { socket, received } of [refused, other]) {
      socket.write(socket === refused.socket ? 'GET /mqtt' : 'GET /api')
      await vi.waitFor(() => expect(received()).toMatch(/^GET/))
    }
    const ends = closing(refused.socket)
    proxy.refuse(/^GET \/mqtt/)
    await ends
    const late = await open()
    const lateEnds = closing(late.socket)
    late.socket.write('GET /mqtt')
    await lateEnds
    expect([refused.errors, late.errors, late.received()]).toEqual([['ECONNRESET'], ['ECONNRESET'], ''])
    other.socket.write(' again')
    await vi.waitFor(() => expect(other.received()).toBe('GET /api again'))
    proxy.refuse(null)
    const again = await open()
    again.socket.write('GET /mqtt')
    await vi.waitFor(() => expect(again.received()).toBe('GET /mqtt'))
  })

  it('delay keeps the order and lets nothing through early', async () => {
    proxy.delay(150)
    const { socket, received } = await open()
    const started = performance.now()
    socket.write('a')
    await new Promise<void>((resolve) => setImmediate(resolve))
    socket.write('b')
    await vi.waitFor(() => expect(received()).toBe('ab'))
    // There and back.
    expect(performance.now() - started).toBeGreaterThan(290)
  })

  it('trickle lets through so many bytes a second', async () => {
    proxy.trickle(2_000)
    const { socket, received } = await open()
    const started = performance.now()
    socket.write('x'.repeat(1_000))
    await vi.waitFor(() => expect(received().length).toBe(1_000), { timeout: 5_000 })
    expect(performance.now() - started).toBeGreaterThan(400)
    proxy.trickle(0)
    socket.write('y'.repeat(100_000))
    await vi.waitFor(() => expect(received().length).toBe(101_000), { timeout: 5_000 })
  })

  it('passes on a reset by the target', async () => {
    const { socket, errors } = await open()
    await vi.waitFor(() => expect(accepted).toHaveLength(1))
    const closed = closing(socket)
    accepted[0]?.resetAndDestroy()
    await closed
    expect(errors).toEqual(['ECONNRESET'])
  })
})
