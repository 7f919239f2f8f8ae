/**
 * `npm run bench -- fairness`: the unsent sales of one counter go up, then a catalogue file comes into another branch, while another
 * counter works. No browser: what
 * is measured is how long the server lets others wait.
 */
import { connectAsync, type MqttClient } from 'mqtt'
import * as v from 'valibot'
import type { Branch } from '../e2e/support/admin-client.ts'
import { BATCH_OPERATIONS, batchSyncAnswerSchema } from '../src/contract/batch-sync.ts'
import { errorAnswerSchema, PATHS } from '../src/contract/rest.ts'
import { branchSubscription } from '../src/contract/topics.ts'
import { readLoadAverage } from './machine.ts'
import { makeUpload, type Upload } from './make-upload.ts'
import type { FairnessOptions } from './options.ts'
import { sleep } from './pace.ts'
import { markdownTable } from './report.ts'
import { openStand, type Stand } from './stand.ts'
import { type Summary, summarize } from './stats.ts'

const PRODUCTS = 10_000
const REQUEST_EVERY_MS = 100
const QUIET_MS = 5_000
/** The aim: the other counter's p99, and no heartbeat later than its 4 s (rule S8) and what timers and a network may add. */
const AIM_P99_MS = 100
const HEARTBEAT_MS = 4_000
const ALLOWANCE_MS = 500

interface Counter {
  readonly deviceId: string
  readonly token: string
}

interface Phase {
  readonly seconds: number
  /** By what was asked for. */
  readonly requests: ReadonlyMap<string, Summary>
  readonly all: Summary
  /** Requests without an answer: nobody took the connection for ten seconds. Their time counts all the same. */
  readonly failed: number
  readonly longestSilence: number
}

const importedSchema = v.object({ data: v.object({ created: v.number() }) })
const enrolledSchema = v.object({ data: v.object({ device_id: v.string(), device_secret_token: v.string() }) })

export async function runFairness(
  options: FairnessOptions,
  say: (line: string) => void,
): Promise<{ markdown: string; data: unknown; isMet: boolean }> {
  const loadBefore = readLoadAverage()
  const stand = await openStand(process.env)
  const closing: (() => Promise<unknown>)[] = []
  try {
    const branch = await stand.makeBranch(PRODUCTS)
    const [sender, other, listener] = [
      await enrol(stand, branch),
      await enrol(stand, branch),
      await enrol(stand, branch),
    ]
    const rows = await stand.sql.query<{ id: number }>(
      'SELECT id::int FROM products WHERE branch_id = $1 ORDER BY id LIMIT 500',
      [branch.id],
    )
    const site = { productIds: rows.map(({ id }) => id), branchCode: branch.branchCode }
    const heartbeats = await hearHeartbeats(stand, branch, listener)
    closing.push(() => heartbeats.client.endAsync(true))

    const watch = (until: Promise<unknown>) =>
      measure(stand, other, heartbeats, until, () => makeUpload(1, 1, { ...site, deviceId: other.deviceId }))
    const quiet = await watch(sleep(QUIET_MS))
    say('the quiet phase is measured')
    const sales = { count: options.sales, lines: options.lines }
    const begin = performance.now()
    const uploading = uploadAll(stand, sender, sales, options.batch, { ...site, deviceId: sender.deviceId })
    const busy = await watch(uploading)
    const uploadMs = performance.now() - begin
    const booked = await uploading
    say('the sales are booked')
    const importBegin = performance.now()
    const importing = importCatalogue(stand, await stand.makeBranch(1), options.catalogue)
    const beside = await watch(importing)
    const importMs = performance.now() - importBegin
    const imported = await importing
    const loadAfter = readLoadAverage()
    const isFair = ({ all, longestSilence, failed }: Phase) =>
      all.p99 <= AIM_P99_MS && longestSilence <= HEARTBEAT_MS + ALLOWANCE_MS && failed === 0
    const isMet = isFair(busy) && isFair(beside) && booked === options.sales && imported === options.catalogue
    const phases = { quiet, busy, beside }
    const work = { uploadMs, booked, importMs, imported }
    return {
      markdown: summary(stand.description, options, { ...phases, ...work, loadBefore, loadAfter, isMet }),
      data: { description: stand.description, options, loadBefore, loadAfter, ...work, ...phases },
      isMet,
    }
  } finally {
    for (const close of closing) await close()
    await stand.close()
  }
}

async function enrol(stand: Stand, branch: Branch): Promise<Counter> {
  const code = new URL(await stand.pairingLink(branch)).hash.replace('#code=', '')
  const answer = await fetch(`${stand.server.origin}${PATHS.enroll}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ pairing_code: code, device_name: 'Bench' }),
  })
  const { data } = v.parse(enrolledSchema, await answer.json())
  return { deviceId: data.device_id, token: data.device_secret_token }
}

interface Heartbeats {
  readonly client: MqttClient
  /** When each one came, by `performance.now()`. */
  readonly times: number[]
}

async function hearHeartbeats(stand: Stand, branch: Branch, device: Counter): Promise<Heartbeats> {
  const client = await connectAsync(stand.browserMqttUrl, {
    clientId: device.deviceId,
    username: device.deviceId,
    password: device.token,
    protocolVersion: stand.broker.protocolVersion,
  })
  const times: number[] = []
  client.on('message', (topic, payload) => {
    if (topic.endsWith('/branch/updates') && payload.includes('"heartbeat"')) times.push(performance.now())
  })
  const { merchantCode, branchCode } = branch
  await client.subscribeAsync(branchSubscription({ env: stand.appEnv, merchantCode, branchCode }), { qos: 1 })
  while (times.length === 0) await sleep(50)
  return { client, times }
}

/** Sends requests as a counter does, each at its own time whatever the others take, until `until` settles. */
async function measure(
  { server }: Stand,
  counter: Counter,
  heartbeats: Heartbeats,
  until: Promise<unknown>,
  makeSale: () => Upload,
): Promise<Phase> {
  const begin = performance.now()
  let isOver = false
  const settled = until.finally(() => {
    isOver = true
  })
  const samples = new Map<string, number[]>()
  const kinds: readonly (readonly [string, () => Promise<Response>])[] = [
    ['health', () => fetch(`${server.origin}/healthz`)],
    ['changes', () => get(`${PATHS.changes}?after=0&limit=100`)],
    ['a page of 200 products', () => get(`${PATHS.products}?limit=200`)],
    ['a sale of its own', () => post(server.origin, counter, makeSale())],
    ['past sales', () => get(`${PATHS.transactions}?limit=10`)],
  ]
  const get = (path: string) => fetch(`${server.origin}${path}`, { headers: authorization(counter) })
  const underWay: Promise<boolean>[] = []
  for (let index = 0; !isOver; index += 1) {
    const wait = begin + index * REQUEST_EVERY_MS - performance.now()
    if (wait > 0) await sleep(wait)
    const [name, ask] = kinds[index % kinds.length] ?? ['', () => get(PATHS.settings)]
    const list = samples.get(name) ?? []
    samples.set(name, list)
    underWay.push(clocked(ask, list))
  }
  const answered = await Promise.all(underWay)
  await settled
  const end = performance.now()
  const heard = heartbeats.times.filter((time) => time >= begin - HEARTBEAT_MS && time <= end)
  const marks = [...heard, end]
  return {
    seconds: (end - begin) / 1000,
    requests: new Map([...samples].map(([name, list]) => [name, summarize(list)])),
    all: summarize([...samples.values()].flat()),
    failed: answered.filter((isAnswered) => !isAnswered).length,
    longestSilence: Math.max(...marks.map((time, index) => time - (marks[index - 1] ?? time))),
  }
}

/** False when nothing came back. Throws when the server refuses: then the benchmark is wrong. */
async function clocked(ask: () => Promise<Response>, into: number[]): Promise<boolean> {
  const asked = performance.now()
  const answer = await ask().catch(() => null)
  const body: unknown = await answer?.json()
  into.push(performance.now() - asked)
  if (answer?.ok === false) {
    throw new Error(v.is(errorAnswerSchema, body) ? body.error.message : `Status ${answer.status}`)
  }
  return answer !== null
}

/** One request after the other, as a counter sends them. Resolves to how many sales were booked. */
async function uploadAll(
  { server }: Stand,
  counter: Counter,
  { count, lines }: { count: number; lines: number },
  batch: number,
  site: { productIds: readonly number[]; branchCode: string; deviceId: string },
): Promise<number> {
  let booked = 0
  for (let sent = 0; sent < count; sent += batch) {
    const upload = makeUpload(Math.min(batch, count - sent), lines, site)
    let answer: Response | null = null
    while (answer === null) answer = await post(server.origin, counter, upload).catch(() => null)
    const { data } = v.parse(batchSyncAnswerSchema, await answer.json())
    booked += data.results.filter(({ type, success }) => success && type === 'transaction').length
  }
  return booked
}

/** As `npm run admin -- product import` sends it. Resolves to how many products were made. */
async function importCatalogue({ server }: Stand, branch: Branch, lines: number): Promise<number> {
  const rows = Array.from({ length: lines }, (_, index) => `Impor ${index},${1000 + index},IMP-${index},${index % 50}`)
  const path = `/api/v1/admin/product/import?branch_code=${branch.branchCode}`
  const answer = await fetch(`${server.origin}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${server.adminToken}`, 'content-type': 'text/csv' },
    body: ['name,price,sku,stock', ...rows].join('\n'),
  })
  return v.parse(importedSchema, await answer.json()).data.created
}

function post(origin: string, counter: Counter, upload: Upload): Promise<Response> {
  return fetch(`${origin}${PATHS.batchSync}`, {
    method: 'POST',
    headers: { ...authorization(counter), 'content-type': 'application/json' },
    body: JSON.stringify(upload),
  })
}

function authorization({ token }: Counter): { authorization: string } {
  return { authorization: `Bearer ${token}` }
}

function summary(
  stand: string,
  { sales, lines, batch, catalogue }: FairnessOptions,
  measured: {
    readonly quiet: Phase
    readonly busy: Phase
    readonly beside: Phase
    readonly importMs: number
    readonly imported: number
    readonly uploadMs: number
    readonly booked: number
    readonly loadBefore: number
    readonly loadAfter: number
    readonly isMet: boolean
  },
): string {
  const { quiet, busy, beside, uploadMs, booked, importMs, imported, loadBefore, loadAfter, isMet } = measured
  const usual = batch === BATCH_OPERATIONS ? ', as a counter sends them' : ''
  const intro = `${stand}. ${sales} unsent sales of ${lines} lines in requests of ${batch}${usual}, ${PRODUCTS} products; another counter asks every ${REQUEST_EVERY_MS} ms. Load average ${loadBefore.toFixed(2)} before, ${loadAfter.toFixed(2)} after.`
  const row = (phase: string, name: string, { count, p50, p95, p99, max }: Summary) =>
    [phase, name, p50, p95, p99, max, count] as const
  const rowsOf = (name: string, phase: Phase) => [
    ...[...phase.requests].map(([kind, each]) => row(name, kind, each)),
    row(name, '**all**', phase.all),
  ]
  const table = markdownTable(
    ['while', 'ms from request to answer', 'p50', 'p95', 'p99', 'most', 'samples'],
    [...rowsOf('nothing goes up', quiet), ...rowsOf('sales go up', busy), ...rowsOf('a catalogue comes in', beside)],
  )
  const told = ({ all, longestSilence, failed }: Phase) =>
    `p99 ${all.p99.toFixed(0)} ms (limit ${AIM_P99_MS}), longest time without a heartbeat ${(longestSilence / 1000).toFixed(1)} s (limit ${(HEARTBEAT_MS + ALLOWANCE_MS) / 1000}), ${failed} requests without an answer`
  const verdict = `Aim ${isMet ? 'met' : 'MISSED'}. Sales: ${told(busy)}, ${booked} of ${sales} booked in ${(uploadMs / 1000).toFixed(1)} s. Catalogue: ${told(beside)}, ${imported} of ${catalogue} lines in after ${(importMs / 1000).toFixed(1)} s.`
  return `${intro}\n\n${table}\n\n${verdict}`
}
