import type * as v from 'valibot'
import {
  inventoryPageSchema,
  type PageMeta,
  productPageSchema,
  settingsAnswerSchema,
  staffAnswerSchema,
  transactionPageSchema,
} from '../pages.ts'
import { PATHS } from '../rest.ts'
import { INVENTORY } from './inventory.ts'
import { PRODUCT } from './product.ts'
import type { EventReading, RecordKind } from './record-kind.ts'
import { SETTINGS } from './settings.ts'
import { STAFF } from './staff.ts'
import { STOCK } from './stock.ts'
import { TRANSACTION } from './transaction.ts'

/** What REST gives out: rows that hold records of one or more kinds. */
export interface Resource {
  /** As `resource` of `GET /master/checksum` too. */
  readonly name: string
  readonly path: string
  /** `pages`: by ascending id, `?last_id&limit` or `?ids`. `list`: all of it in one answer. `one`: a single record, id 1. */
  readonly shape: 'pages' | 'list' | 'one'
  readonly answer: v.GenericSchema<unknown, { readonly data: unknown; readonly meta?: PageMeta | undefined }>
  /** Its ids are products', which counters sell: no page of it is stored while an operation of this counter has no verdict (rule R5). */
  readonly isSold: boolean
  /**
   * A shop sells without it: loaded and compared beside everything else, newest first, in its own time (rule R6). Has pages. Another
   * MStore backend may lack it.
   */
  readonly isHistory: boolean
}

/** All that is known of an event type: a type may be about records of several kinds. */
export interface EventDeclaration {
  readonly schema: v.GenericSchema
  readonly readings: readonly (EventReading & { readonly kind: RecordKind })[]
}

export interface RecordRegistry {
  /** In the order in which they are refreshed and compared. */
  readonly resources: readonly Resource[]
  readonly kinds: ReadonlyMap<string, RecordKind>
  readonly events: ReadonlyMap<string, EventDeclaration>
}

/** @throws TypeError when two declarations contradict each other */
export function createRegistry(resources: readonly Resource[], kinds: readonly RecordKind[]): RecordRegistry {
  const events = new Map<string, EventDeclaration>()
  const readings = kinds.flatMap((kind) => kind.events.map((reading) => ({ ...reading, kind })))
  for (const reading of readings) {
    const { type, schema } = reading
    const known = events.get(type)
    if (known && known.schema !== schema) throw new TypeError(`${type} has two schemas`)
    events.set(type, { schema, readings: [...(known?.readings ?? []), reading] })
  }
  for (const { name, resource, isListed } of kinds) {
    const { shape } = resources.find((given) => given.name === resource) ?? {}
    if (shape === undefined) throw new TypeError(`${name} is of no resource`)
    // What a list lacks goes without a tombstone, and so without a revision.
    if (isListed && shape !== 'pages') throw new TypeError(`${name} is listed, and its resource has no pages`)
  }
  if (resources.some(({ isHistory, shape }) => isHistory && shape !== 'pages')) throw new TypeError('history has pages')
  const byName = new Map(kinds.map((kind) => [kind.name, kind]))
  if (byName.size < kinds.length) throw new TypeError('two kinds have one name')
  return { resources, kinds: byName, events }
}

/** Kinds of records that a row of this resource holds; the first one's ids are the rows'. */
export function kindsOf({ kinds }: RecordRegistry, resource: string): RecordKind[] {
  return [...kinds.values()].filter((kind) => kind.resource === resource)
}

/** Ids of the products that an event is about, each once; none where its type is not declared. `data` is parsed by the type's schema. */
export function productsOf({ events }: RecordRegistry, type: string, data: unknown): readonly number[] {
  const readings = events.get(type)?.readings ?? []
  return readings.find(({ products }) => products)?.products?.(data) ?? []
}

export function findResource({ resources }: RecordRegistry, name: string): Resource | undefined {
  return resources.find((resource) => resource.name === name)
}

export const RESOURCES: readonly Resource[] = [
  { name: 'product', path: PATHS.products, shape: 'pages', answer: productPageSchema, isSold: true, isHistory: false },
  {
    name: 'inventory',
    path: PATHS.inventory,
    shape: 'pages',
    answer: inventoryPageSchema,
    isSold: false,
    isHistory: false,
  },
  { name: 'staff', path: PATHS.staff, shape: 'list', answer: staffAnswerSchema, isSold: false, isHistory: false },
  {
    name: 'settings',
    path: PATHS.settings,
    shape: 'one',
    answer: settingsAnswerSchema,
    isSold: false,
    isHistory: false,
  },
  {
    name: 'transaction',
    path: PATHS.keptSales,
    shape: 'pages',
    answer: transactionPageSchema,
    isSold: false,
    isHistory: true,
  },
]

export const KINDS: readonly RecordKind[] = [PRODUCT, STOCK, INVENTORY, STAFF, SETTINGS, TRANSACTION]

/** The records of this product. */
export const RECORDS = createRegistry(RESOURCES, KINDS)
