import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { chooseEncoding, createSharedPages } from '../../../server/http/shared-pages.ts'

interface Page {
  readonly at: number
  readonly more: boolean
}

function world() {
  let now = 0
  let made = 0
  let fail = false
  const pages = createSharedPages<Page>(
    (page) => (page.more ? page : null),
    () => now,
  )
  const ask = async (key: string, more = true) => {
    const read = await pages.read(key, async () => {
      made += 1
      const mine: Page = { at: made, more }
      await Promise.resolve()
      if (fail) throw new Error('database away')
      return mine
    })
    return 'page' in read ? read.page : JSON.parse((await read.shared.encoded('identity')).toString())
  }
  return {
    ask,
    pages,
    pass: (ms: number) => {
      now += ms
    },
    failing: (value: boolean) => {
      fail = value
    },
    made: () => made,
  }
}

describe('pages that many ask for', () => {
  test('[S7] a page behind which there are more is made once for all who ask meanwhile', async () => {
    const { ask, made, pass } = world()
    const answers = await Promise.all(Array.from({ length: 20 }, () => ask('1 0 500')))
    expect(new Set(answers.map(({ at }) => at))).toEqual(new Set([1]))
    await ask('1 0 500')
    await ask('2 0 500')
    expect(made()).toBe(2)
    pass(5_001)
    expect(await ask('1 0 500')).toMatchObject({ at: 3 })
  })

  test('[S7] the last page is made for each: it tells where the log ends at that moment', async () => {
    const { ask, made } = world()
    const answers = await Promise.all([ask('1 0 500', false), ask('1 0 500', false), ask('1 0 500', false)])
    expect(new Set(answers.map(({ at }) => at)).size).toBe(3)
    await ask('1 0 500', false)
    expect(made()).toBe(4)
  })

  test('a database that is away spoils nothing for the next', async () => {
    const { ask, failing } = world()
    failing(true)
    const [first, second] = await Promise.allSettled([ask('1 0 500'), ask('1 0 500')])
    expect([first?.status, second?.status]).toEqual(['rejected', 'rejected'])
    failing(false)
    expect(await ask('1 0 500')).toMatchObject({ at: 3 })
  })

  test('only so many are kept', async () => {
    const { ask, made } = world()
    for (let key = 0; key < 200; key += 1) await ask(`1 ${key} 500`)
    await ask('1 199 500')
    expect(made()).toBe(200)
    await ask('1 0 500')
    expect(made()).toBe(201)
  })

  test('are the same in every encoding', async () => {
    const { pages } = world()
    const read = await pages.read('k', async () => ({ at: 1, more: true }))
    if (!('shared' in read)) throw new Error('not shared')
    const { json, encoded } = read.shared
    expect(brotliDecompressSync(await encoded('br'))).toEqual(json)
    expect(gunzipSync(await encoded('gzip'))).toEqual(json)
    expect(await encoded('br')).toBe(await encoded('br'))
  })

  test.each([
    ['gzip, deflate, br, zstd', 'br'],
    ['gzip, deflate', 'gzip'],
    ['br;q=0, gzip;q=0.5', 'gzip'],
    ['GZIP', 'gzip'],
    ['', 'identity'],
    [undefined, 'identity'],
  ])('what accepts %s is answered as %s', (accepted, encoding) => {
    expect(chooseEncoding(accepted)).toBe(encoding)
  })
})
