import { describe, expect, test, vi } from 'vitest'
import { createDynsecControl } from '../../../server/broker/dynsec-control.ts'
import { BrokerError } from '../../../server/broker/errors.ts'

function sent(send: ReturnType<typeof vi.fn>, index: number): { command: string; correlationData: string } {
  const payload: unknown = send.mock.calls[index]?.[1]
  return JSON.parse(String(payload)).commands[0]
}

describe('requests to mosquitto’s dynamic security', () => {
  test('an answer goes to the request that it names, whatever the order', async () => {
    const control = createDynsecControl()
    const send = vi.fn(async () => undefined)
    const first = control.request(send, { command: 'getClient', username: 'a' })
    const second = control.request(send, { command: 'getClient', username: 'b' })
    const answer = (index: number, body: object): string =>
      JSON.stringify({
        responses: [{ command: 'getClient', correlationData: sent(send, index).correlationData, ...body }],
      })
    control.receive('not json')
    control.receive('{"responses":"no list"}')
    control.receive('{"responses":[{"command":"getClient","correlationData":"of another server"}]}')
    control.receive(answer(1, { error: 'Client not found' }))
    control.receive(answer(0, { data: { client: { username: 'a' } } }))
    expect(await first).toEqual({ ok: true, data: { client: { username: 'a' } } })
    expect(await second).toEqual({ ok: false, error: 'Client not found' })
  })

  test('no answer in time is a timeout, a lost connection is told at once', async () => {
    const control = createDynsecControl({ timeoutMs: 1 })
    const send = async (): Promise<void> => undefined
    await expect(control.request(send, { command: 'getRole' })).rejects.toMatchObject({ kind: 'timeout' })
    const patient = createDynsecControl()
    const waiting = patient.request(send, { command: 'getRole' })
    patient.abandon()
    await expect(waiting).rejects.toMatchObject({ kind: 'unavailable' })
  })

  test('what could not be sent is told as it is', async () => {
    const control = createDynsecControl()
    const refused = new BrokerError('refused', 'no')
    await expect(control.request(() => Promise.reject(refused), { command: 'x' })).rejects.toBe(refused)
  })
})
