/** Where the time between commit and frame goes: when each place first knew of an update, counted from its commit. */
import { connectAsync } from 'mqtt'
import type { Branch } from '../e2e/support/admin-client.ts'
import { branchSubscription } from '../src/contract/topics.ts'
import { nodeNow } from './clock-offset.ts'
import { isNumber, matchUpdates, type Sighting, shift, type Update } from './match-updates.ts'
import type { Measured } from './measured-subject.ts'
import type { PublishedMessage } from './mqtt-packets.ts'
import type { ProductSubject } from './product-subject.ts'
import { readMessages } from './read-messages.ts'
import type { Stand } from './stand.ts'
import { type Summary, summarize } from './stats.ts'

export interface Milestone {
  readonly name: string
  readonly sinceCommit: Summary
}

export interface Breakdown {
  readonly rate: number
  readonly milestones: readonly Milestone[]
  /** IndexedDB's writing transactions: length in ms, and products in each. */
  readonly writeMs: Summary
  readonly stocksPerWrite: Summary
}

/** A phase of its own: what it records costs time too. */
export async function traceProduct(
  stand: Stand,
  product: ProductSubject,
  branch: Branch,
  rate: number,
  seconds: number,
): Promise<Breakdown> {
  const { broker, server, appEnv } = stand
  const { username, password, protocolVersion } = broker
  const heard: { at: number; payload: string }[] = []
  const listener = await connectAsync(broker.url(server.origin), { username, password, protocolVersion })
  try {
    listener.on('message', (_topic, payload) => heard.push({ at: nodeNow(), payload: payload.toString() }))
    await listener.subscribeAsync(branchSubscription({ ...branch, env: appEnv }), { qos: 1 })
    const measured = await product.trace(rate, seconds)
    return breakDown(rate, product, measured, heard, protocolVersion)
  } finally {
    await listener.endAsync(true)
  }
}

function breakDown(
  rate: number,
  { visible, offset }: ProductSubject,
  { updates, recording }: Measured,
  heard: readonly Pick<PublishedMessage, 'at' | 'payload'>[],
  protocolVersion: 4 | 5,
): Breakdown {
  const watched: readonly Update[] = updates.filter(({ id }) => visible.includes(id))
  const milestone = (name: string, sightings: readonly Sighting[]): Milestone => ({
    name,
    sinceCommit: summarize(matchUpdates(watched, sightings).delays.filter(isNumber)),
  })
  const inPage = (name: string, sightings: readonly Sighting[]) => milestone(name, shift(sightings, offset.ms))
  const { mutations, paints, database } = recording
  return {
    rate,
    milestones: [
      milestone('published: a plain MQTT client in Node has it', heard.flatMap(toStock)),
      inPage('the WebSocket gave it to the page', readMessages(recording, protocolVersion).flatMap(toStock)),
      inPage('its IndexedDB transaction began', database.begun),
      inPage('its IndexedDB transaction is complete', database.committed),
      inPage('a live query has read it', database.read),
      inPage('the components have changed the document', mutations),
      inPage('its frame is painted', paints),
    ],
    writeMs: summarize(database.writes.map(({ ms }) => ms)),
    stocksPerWrite: summarize(database.writes.map(({ stocks }) => stocks)),
  }
}

function toStock({ at, payload }: Pick<PublishedMessage, 'at' | 'payload'>): Sighting[] {
  const event: { event_type?: string; data?: { product_id: number; new_stock: number } } = JSON.parse(payload)
  if (event.event_type !== 'stock_updated' || !event.data) return []
  return [{ id: event.data.product_id, value: event.data.new_stock, at }]
}
