import { describe, expect, it } from 'vitest'
import { asParty, currentParty } from '../../../server/database/party.ts'
import { createTurnQueue } from '../../../server/database/turn-queue.ts'

/** Lets each of `parties` wait for a turn and take note of it; resolves to the order in which they had it. */
async function orderOf(parties: readonly string[]): Promise<string[]> {
  const turns = createTurnQueue()
  const order: string[] = []
  const held = await turns.take('before')
  const all = parties.map(async (party) => {
    const end = await turns.take(party)
    order.push(party)
    end()
  })
  expect(order).toEqual([])
  held()
  await Promise.all(all)
  return order
}

describe('turns in the one session', () => {
  it('are given in the order of asking', async () => {
    expect(await orderOf(['a', 'b', 'c'])).toEqual(['a', 'b', 'c'])
  })

  it('go from party to party: a hundred of one keep another waiting no longer than one', async () => {
    const flood = Array.from({ length: 100 }, () => 'flood')
    const order = await orderOf([...flood, 'other', 'third'])
    expect(order.slice(0, 3)).toEqual(['flood', 'other', 'third'])
    expect(order).toHaveLength(102)
  })

  it('of a backlog that asks again after each come between those of the others', async () => {
    const turns = createTurnQueue()
    const order: string[] = []
    const work = async (party: string, times: number) => {
      for (let time = 0; time < times; time += 1) {
        const end = await turns.take(party)
        order.push(party)
        await Promise.resolve()
        end()
      }
    }
    await Promise.all([work('backlog', 4), work('other', 2)])
    expect(order).toEqual(['backlog', 'other', 'backlog', 'other', 'backlog', 'backlog'])
  })

  it('are held by one at a time, and ended once', async () => {
    const turns = createTurnQueue()
    const first = await turns.take('a')
    const second = turns.take('b')
    const third = turns.take('c')
    first()
    first()
    const endSecond = await second
    let isThirdOn = false
    void third.then(() => {
      isThirdOn = true
    })
    await Promise.resolve()
    await Promise.resolve()
    expect(isThirdOn).toBe(false)
    endSecond()
    await third
  })
})

describe('on whose behalf', () => {
  it('is the server, until somebody is named; the name follows what is awaited', async () => {
    expect(currentParty()).toBe('server')
    const seen = await Promise.all(
      ['a', 'b'].map((name) =>
        asParty(name, async () => {
          await new Promise((resolve) => setImmediate(resolve))
          return currentParty()
        }),
      ),
    )
    expect(seen).toEqual(['a', 'b'])
    expect(currentParty()).toBe('server')
  })
})
