/**
 * The body of an upload, whose items are parsed one by one, with pauses in which others are served. An item that is too large, too
 * deep or too full is refused by itself before it is parsed; its neighbours are booked.
 */
import { invalidRequest } from '../http/api-error.ts'
import { JSON_DEPTH_MAX } from '../http/json-bounds.ts'
import {
  elementsOf,
  isArrayAt,
  type JsonExtent,
  JsonScanError,
  membersOf,
  scanValue,
  startOf,
} from '../http/json-scanner.ts'

/** Stands where the item stood. Of what it held, only what links it with other items. */
export class RefusedItem {
  /** In words, for a person. */
  readonly reason: string
  readonly offline_id: string | undefined
  readonly transaction_offline_id: string | undefined

  constructor(reason: string, names: ReadonlyMap<string, string>) {
    this.reason = reason
    this.offline_id = names.get('offline_id')
    this.transaction_offline_id = names.get('transaction_offline_id')
  }
}

/** A sale of 500 lines with the longest names and notes is smaller. */
const ITEM_BYTES_MAX = 4 * 1024 * 1024
/** 500 lines of 40 fields. */
const ITEM_VALUES_MAX = 20_000
const ITEM_DEPTH_MAX = JSON_DEPTH_MAX / 2
/** Items of all arrays, also of those that nobody reads. How many may be booked says the contract. */
const ELEMENTS_MAX = 10_000
/** Of a member that is no array: `device_id`, `synced_at`. */
const MEMBER_BYTES_MAX = 64 * 1024
const MEMBERS_MAX = 100
const NAME_BYTES_MAX = 200

/** Rejects with an ApiError when the body as a whole can not be read. */
export async function readUpload(body: Buffer, pause: () => Promise<void>): Promise<Record<string, unknown>> {
  try {
    return await readMembers(body, pause)
  } catch (error) {
    if (error instanceof JsonScanError || error instanceof SyntaxError) {
      throw invalidRequest('The body is not valid JSON')
    }
    throw error
  }
}

async function readMembers(body: Buffer, pause: () => Promise<void>): Promise<Record<string, unknown>> {
  const read = new Map<string, unknown>()
  const members = membersOf(body, startOf(body))
  let elements = 0
  for (let next = members.next(0), count = 1; !next.done; count += 1) {
    if (count > MEMBERS_MAX) throw invalidRequest(`The body has more than ${MEMBERS_MAX} fields`)
    const { key, value } = next.value
    const name: unknown = JSON.parse(key)
    if (isArrayAt(body, value)) {
      const items: unknown[] = []
      const array = elementsOf(body, value)
      let element = array.next()
      for (; !element.done; element = array.next()) {
        elements += 1
        if (elements > ELEMENTS_MAX) throw invalidRequest(`The body has more than ${ELEMENTS_MAX} items`)
        items.push(readItem(body, element.value))
        await pause()
      }
      read.set(String(name), items)
      next = members.next(element.value)
    } else {
      const extent = scanValue(body, value)
      if (extent.end - extent.start > MEMBER_BYTES_MAX || extent.depth > ITEM_DEPTH_MAX) {
        throw invalidRequest('A field beside the items is too large')
      }
      read.set(String(name), parsePart(body, extent))
      next = members.next(extent.end)
    }
  }
  return Object.fromEntries(read)
}

function readItem(body: Buffer, extent: JsonExtent): unknown {
  const fault = faultOf(extent)
  return fault === null ? parsePart(body, extent) : new RefusedItem(fault, readNames(body, extent))
}

function faultOf({ start, end, depth, values }: JsonExtent): string | null {
  if (depth > ITEM_DEPTH_MAX) return `It nests deeper than ${ITEM_DEPTH_MAX} levels`
  if (end - start > ITEM_BYTES_MAX) return `It is larger than ${ITEM_BYTES_MAX / 1024 / 1024} MB`
  if (values > ITEM_VALUES_MAX) return `It holds more than ${ITEM_VALUES_MAX} values`
  return null
}

/** The short texts of an object that is not parsed. */
function readNames(body: Buffer, { start }: JsonExtent): ReadonlyMap<string, string> {
  const names = new Map<string, string>()
  if (body[start] !== '{'.charCodeAt(0)) return names
  const members = membersOf(body, start)
  for (let next = members.next(0); !next.done; ) {
    const { key, value } = next.value
    const extent = scanValue(body, value)
    const isShort = extent.depth === 0 && extent.end - extent.start <= NAME_BYTES_MAX && key.length <= NAME_BYTES_MAX
    const text: unknown = isShort ? parsePart(body, extent) : null
    if (typeof text === 'string') names.set(String(JSON.parse(key)), text)
    next = members.next(extent.end)
  }
  return names
}

function parsePart(body: Buffer, { start, end }: JsonExtent): unknown {
  return JSON.parse(body.toString('utf8', start, end))
}
