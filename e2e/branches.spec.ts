/** A change shows on every counter of its branch, and on no other branch's. */
import { connectAsync, type IClientOptions, type MqttClient } from 'mqtt'
import type { Enrollment } from '../src/contract/device.ts'
import { PATHS } from '../src/contract/rest.ts'
import { branchSubscription, buildTopic } from '../src/contract/topics.ts'
import { expectEqualToDatabase, readDeviceStore, readEnrollment, readMqttPassword } from './support/device-store.ts'
import { expect, test } from './support/fixtures.ts'

/** Reason codes from here on refuse. */
const REFUSED = 128

test('[invariant 4] counters of two branches and of another merchant: each sees its own branch only @stack', async ({
  admin,
  sql,
  counter,
}) => {
  const branch = await admin.makeBranch({ products: 20 })
  const sister = await admin.makeBranch({ products: 20, merchantCode: branch.merchantCode })
  const stranger = await admin.makeBranch({ products: 20 })
  const one = await counter(branch)
  const two = await counter(branch)
  const others = [
    { branch: sister, counter: await counter(sister) },
    { branch: stranger, counter: await counter(stranger) },
  ]
  const before = await Promise.all(others.map(async ({ counter: { page } }) => await readDeviceStore(page)))

  const [first = 0, second = 0] = branch.productIds
  await sql.query('UPDATE products SET stock = 55 WHERE id = $1', [first])
  await sql.query(`UPDATE products SET name = 'Abon sapi' WHERE id = $1`, [second])
  for (const { page, stock } of [one, two]) {
    await expect(stock(first)).toHaveText('55')
    await expect(page.getByRole('row', { name: 'Abon sapi' })).toBeVisible()
  }

  for (const [index, { branch: own, counter: other }] of others.entries()) {
    const [ownFirst = 0] = own.productIds
    await expect(other.stock(ownFirst)).toHaveText('101')
    await expect(other.stock(first)).toHaveCount(0)
    expect((await readDeviceStore(other.page)).products).toEqual(before[index]?.products)
    await other.open('/diagnostics')
    // Counted since the page was opened: nothing of the other branch arrived, not even to be thrown away.
    for (const name of ['applied', 'invalid', 'gapsFilled'] as const) expect(await other.count(name)).toBe(0)
    // It does hear its own.
    await sql.query('UPDATE products SET active = false WHERE id = $1', [ownFirst])
    await expect.poll(() => other.count('applied')).toBe(1)
    expect(await other.count('invalid')).toBe(0)
    await expectEqualToDatabase(other.page, sql, own)
  }
})

test('[section 6] a device cannot subscribe to another branch, nor publish to its own @stack', async ({
  admin,
  sql,
  counter,
}) => {
  const branch = await admin.makeBranch({ products: 3 })
  const other = await admin.makeBranch({ products: 3, merchantCode: branch.merchantCode })
  const { page, stock } = await counter(branch)
  const { stock: otherStock } = await counter(other)
  const device = { ...(await readEnrollment(page)), password: await readMqttPassword(page) }
  const own = { env: device.env, merchantCode: branch.merchantCode, branchCode: branch.branchCode }
  const foreign = { ...own, branchCode: other.branchCode }
  const [first = 0, second = 0] = branch.productIds
  const [otherFirst = 0] = other.productIds

  const probe = await connectAs(device)
  const heard: string[] = []
  probe.on('message', (topic) => heard.push(topic))
  expect(await isGranted(probe, branchSubscription(own))).toBe(true)
  for (const filter of [
    branchSubscription(foreign),
    buildTopic(foreign, 'product'),
    `${device.env}/${branch.merchantCode}/+/product/updates`,
    `${device.env}/+/${branch.branchCode}/product/updates`,
    '+/+/+/product/updates',
    '#',
  ]) {
    const asking = await connectAs(device)
    asking.on('message', (topic) => heard.push(topic))
    expect(await isGranted(asking, filter), filter).toBe(false)
    await asking.endAsync(true)
  }
  await sql.query('UPDATE products SET stock = 5 WHERE id = $1', [otherFirst])
  await expect(otherStock(otherFirst)).toHaveText('5')

  await publishAsDevice(device, buildTopic(own, 'product'), {
    event_type: 'stock_updated',
    data: { product_id: first, new_stock: 1 },
  })
  await sql.query('UPDATE products SET stock = 6 WHERE id = $1', [second])
  await expect(stock(second)).toHaveText('6')
  await expect(stock(first)).toHaveText('101')
  // The probe heard the change of its own branch, and whatever it heard was of its own branch.
  await expect.poll(() => heard).toContain(buildTopic(own, 'product'))
  expect(heard.filter((topic) => topic.includes(other.branchCode))).toEqual([])
  await probe.endAsync(true)
})

test('[section 6] a token copied out of a tablet is no use in another program; the tablet goes on @stack', async ({
  admin,
  sql,
  server,
  counter,
}) => {
  const branch = await admin.makeBranch({ products: 1 })
  const [first = 0] = branch.productIds
  const { page, stock } = await counter(branch)
  const device = await readEnrollment(page)
  const token = device.device_secret_token
  for (const path of [PATHS.me, PATHS.products, PATHS.changes, PATHS.staff, PATHS.transactions]) {
    const answer = await fetch(`${server.origin}${path}`, { headers: { authorization: `Bearer ${token}` } })
    expect([path, answer.status]).toEqual([path, 401])
  }
  const upload = {
    method: 'POST',
    body: '{}',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
  }
  expect((await fetch(`${server.origin}${PATHS.batchSync}`, upload)).status).toBe(401)
  await expect(connectAs({ ...device, password: token })).rejects.toThrow()
  const probe = await connectAs({ ...device, password: await readMqttPassword(page) })
  await probe.endAsync(true)
  await page.reload()
  await sql.query('UPDATE products SET stock = 7 WHERE id = $1', [first])
  await expect(stock(first)).toHaveText('7')
})

let probes = 0

type Login = Enrollment & { readonly password: string }

async function connectAs({ device_id: id, password, mqtt }: Login): Promise<MqttClient> {
  probes += 1
  const options: IClientOptions = {
    // Another id than the tablet's own connection, which it would evict.
    clientId: `${id}-probe${probes}`,
    username: mqtt.username,
    password,
    protocolVersion: mqtt.protocol_version,
    reconnectPeriod: 0,
  }
  return await connectAsync(mqtt.url, options, false)
}

/** A broker may refuse by SUBACK or by closing the connection. */
async function isGranted(client: MqttClient, filter: string): Promise<boolean> {
  const closed = new Promise<boolean>((resolve) => client.once('close', () => resolve(false)))
  const asked = client.subscribeAsync(filter, { qos: 1 }).then(
    (grants) => grants.every(({ qos }) => qos < REFUSED),
    () => false,
  )
  return await Promise.race([asked, closed])
}

/** Resolves when the broker has answered, whichever way: by PUBACK or by closing the connection. */
async function publishAsDevice(device: Login, topic: string, payload: unknown): Promise<void> {
  const client = await connectAs(device)
  const closed = new Promise<void>((resolve) => client.once('close', () => resolve()))
  const published = client.publishAsync(topic, JSON.stringify(payload), { qos: 1 }).then(
    () => undefined,
    () => undefined,
  )
  await Promise.race([published, closed])
  await client.endAsync(true)
}
