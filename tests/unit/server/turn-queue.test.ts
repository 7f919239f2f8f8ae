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

  it('of several sessions: one party has no more than its part, and those that are over go on in order', async () => {
    const turns = createTurnQueue(3, 2)
    const begun: string[] = []
    const take = (name: string) =>
      turns.take(name).then((end) => {
        begun.push(name)
        return end
      })
    const [first, second, third] = [take('flood'), take('flood'), take('flood')]
    const other = take('other')
    const later = take('later')
    const endOther = await other
    expect(begun).toEqual(['flood', 'flood', 'other'])
    endOther()
    const endLater = await later
    expect(begun).toEqual(['flood', 'flood', 'other', 'later'])
    ;(await first)()
    await third
    expect(begun).toEqual(['flood', 'flood', 'other', 'later', 'flood'])
    endLater()
    ;(await second)()
    await Promise.all([take('flood'), take('last')])
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
