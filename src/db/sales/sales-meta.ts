import * as v from 'valibot'
import { signInNoteSchema } from '../../contract/counter-sign-ins.ts'
import type { SalesDb } from './sales-db.ts'
import type { SalesMetaKey, SalesMetaValues } from './sales-rows.ts'

const finiteSchema = v.pipe(v.number(), v.finite())
const countSchema = v.pipe(v.number(), v.safeInteger(), v.minValue(0))

/** As far as something depends on it: what an older version wrote may lack what came later. */
const SCHEMAS: Readonly<Record<SalesMetaKey, v.GenericSchema>> = {
  session: v.nullable(v.object({ staff_id: countSchema, since: finiteSchema, locked: v.boolean() })),
  pin_attempts: v.record(v.string(), v.object({ wrong: countSchema, wait_until: finiteSchema })),
  reference: v.object({ days: v.record(v.string(), countSchema) }),
  place: v.object({ value: countSchema }),
  epoch: v.object({ value: v.string() }),
  mark: v.object({ device_id: v.string(), epoch: v.string(), seq: countSchema, text: v.string() }),
  sign_ins: v.object({ device_id: v.nullable(v.string()), notes: v.array(signInNoteSchema) }),
  sender_paused: v.nullable(v.object({ kind: v.picklist(['revoked', 'unauthorized']), at: finiteSchema })),
}

/** One small value of the sales database, undefined when it was never written, or garbled. */
export async function readSalesMeta<K extends SalesMetaKey>(
  db: SalesDb,
  key: K,
): Promise<SalesMetaValues[K] | undefined> {
  const row = await db.meta.get(key)
  return v.is(SCHEMAS[key], row?.value) ? (row?.value as SalesMetaValues[K]) : undefined
}

export async function writeSalesMeta<K extends SalesMetaKey>(
  db: SalesDb,
  key: K,
  value: SalesMetaValues[K],
): Promise<void> {
  await db.meta.put({ key, value })
}

/** The epoch that the operations here are counted in (rule C8); null: not known yet. */
export async function readKnownEpoch(db: SalesDb): Promise<string | null> {
  return (await readSalesMeta(db, 'epoch'))?.value ?? null
}

/**
 * The server's last word on its log that came with a verdict (rule S6); undefined: none has, or this tablet was enrolled anew since, maybe
 * in another branch, whose log counts from another place.
 */
export async function readVerdictMark(db: SalesDb, deviceId: string): Promise<SalesMetaValues['mark'] | undefined> {
  const mark = await readSalesMeta(db, 'mark')
  return mark?.device_id === deviceId ? mark : undefined
}
