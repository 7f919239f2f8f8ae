/** What REST makes of a kind of record that the product does not have: pages, checksums and changes, for its own branch alone. */
import { hash } from 'node:crypto'
import * as v from 'valibot'
import { afterAll, beforeEach, expect, it } from 'vitest'
import type { Database } from '../../../server/database.ts'
import { parseEvent } from '../../../src/contract/events.ts'
import { changesAnswerSchema, checksumAnswerSchema, pageMetaSchema } from '../../../src/contract/pages.ts'
import { PATHS } from '../../../src/contract/rest.ts'
import {
  PROMOTION_RESOURCE,
  PROMOTION_SQL,
  RECORDS_WITH_PROMOTION,
  SERVED_WITH_PROMOTION,
} from '../../support/invented-kind.ts'
import { bearer, createTestApp, OTHER_BRANCH, refusalOf, setUpDatabase, type TestApp } from './support.ts'

const PATH = PROMOTION_RESOURCE.path
const CHECKSUM = `${PATHS.checksums}?resource=promotion`
const pageSchema = v.object({
  data: v.array(v.looseObject({ id: v.number(), version: v.number() })),
  meta: v.required(pageMetaSchema),
})

let db: Database
let test: TestApp
let device: { authorization: string }
let otherDevice: { authorization: string }

setUpDatabase(async (opened) => {
  db = opened
  await db.script(PROMOTION_SQL)
  test = await createTestApp(db, { resources: SERVED_WITH_PROMOTION })
  device = bearer((await test.enroll()).token)
  otherDevice = bearer((await test.enroll(OTHER_BRANCH)).token)
})
afterAll(() => test.app.close())
beforeEach(async () => {
  await db.query('DELETE FROM promotions')
  await db.query(
    `INSERT INTO promotions (branch_id, title, percent) SELECT 1, 'Promo ' || g, g + 0.5 FROM generate_series(1, 5) g`,
  )
})

const get = (url: string, headers: Record<string, string> = device) => test.app.inject({ url, headers })
const page = async (query = '', headers = device) => {
  const answer = (await get(`${PATH}?${query}`, headers)).json()
  // As the declaration has it.
  v.parse(PROMOTION_RESOURCE.answer, answer)
  return v.parse(pageSchema, answer)
}
const checksum = async (headers = device) => v.parse(checksumAnswerSchema, (await get(CHECKSUM, headers)).json())
const checksumOf = (records: readonly string[]) => hash('sha256', records.join(','), 'hex').slice(0, 16)

it('[R4] pages go by id with their place in the log; single rows by ids', async () => {
  const all = await page()
  const ids = all.data.map(({ id }) => id)
  expect(all.data[0]).toEqual({ id: ids[0], title: 'Promo 1', percent: 1.5, version: 1 })
  const first = await page('limit=3')
  expect(first).toMatchObject({ data: all.data.slice(0, 3), meta: { last_id: ids[2], has_more: true, total: 5 } })
  const rest = await page(`limit=3&last_id=${ids[2]}`)
  expect(rest).toMatchObject({ data: all.data.slice(3), meta: { has_more: false, seq: first.meta.seq } })
  expect((await page(`ids=${ids[4]},${ids[1]},999999`)).data.map(({ id }) => id)).toEqual([ids[1], ids[4]])
})

it('[R2] pages and checksums are 304 until something changes', async () => {
  for (const url of [PATH, CHECKSUM]) {
    const known = { ...device, 'if-none-match': String((await get(url)).headers.etag) }
    const unchanged = await get(url, known)
    expect([url, unchanged.statusCode, unchanged.body]).toEqual([url, 304, ''])
    await db.query('UPDATE promotions SET percent = percent + 1')
    expect([url, (await get(url, known)).statusCode]).toEqual([url, 200])
  }
})

it('[R2] its checksum is over ids and versions, and a change changes it', async () => {
  await db.query(`UPDATE promotions SET percent = 50 WHERE title = 'Promo 2'`)
  const { data, meta } = await page()
  const records = data.map(({ id, version }) => `${id}:${version}`)
  expect(records[1]).toMatch(/:2$/)
  expect(await checksum()).toMatchObject({
    data: [{ up_to: null, count: 5, checksum: checksumOf(records) }],
    meta: { seq: meta.seq, epoch: meta.epoch },
  })
  await db.query(`DELETE FROM promotions WHERE title = 'Promo 2'`)
  const left = records.filter((_, index) => index !== 1)
  expect((await checksum()).data).toEqual([{ up_to: null, count: 4, checksum: checksumOf(left) }])
})

it('[S7] changes bring what SQL did, in the form that the declaration takes', async () => {
  const { meta } = await page()
  await db.query(`UPDATE promotions SET percent = 50 WHERE title = 'Promo 1'`)
  await db.query(`DELETE FROM promotions WHERE title = 'Promo 1'`)
  const { data } = v.parse(changesAnswerSchema, (await get(`${PATHS.changes}?after=${meta.seq}`)).json())
  expect(data.events.map((event) => parseEvent(event, RECORDS_WITH_PROMOTION.events))).toMatchObject([
    { type: 'promotion_changed', seq: meta.seq + 1, data: { percent: 50, version: 2 } },
    { type: 'promotion_removed', seq: meta.seq + 2, data: { version: 3 } },
  ])
})

it('[I4] is the own branch’s alone', async () => {
  const [row] = (await page()).data
  for (const url of [PATH, CHECKSUM, `${PATHS.changes}?after=0`]) {
    const foreign = `${url}${url.includes('?') ? '&' : '?'}branch_code=${OTHER_BRANCH}`
    expect([url, ...(await refusalOf(test.app, { url: foreign, headers: device }))]).toEqual([url, 403, 'forbidden'])
  }
  expect((await page('', otherDevice)).data).toEqual([])
  expect((await page(`ids=${row?.id}`, otherDevice)).data).toEqual([])
  expect((await checksum(otherDevice)).data).toEqual([{ up_to: null, count: 0, checksum: checksumOf([]) }])
  expect((await get(`${PATHS.changes}?after=0`, otherDevice)).body).not.toContain('promotion')
  expect(await refusalOf(test.app, { url: PATH })).toEqual([401, 'unauthorized'])
})

it('a server that does not serve it knows neither its pages nor its checksum', async () => {
  const plain = await createTestApp(db)
  expect((await plain.app.inject({ url: PATH, headers: device })).statusCode).toBe(404)
  expect(await refusalOf(plain.app, { url: CHECKSUM, headers: device })).toEqual([400, 'invalid_request'])
  await plain.app.close()
})
