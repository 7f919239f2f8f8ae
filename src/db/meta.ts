import * as v from 'valibot'
import type { CacheDb } from './cache-db.ts'
import type { MetaKey, MetaValues } from './rows.ts'

const finiteSchema = v.pipe(v.number(), v.finite())
const countSchema = v.pipe(v.number(), v.safeInteger(), v.minValue(0))
const epochSchema = v.nullable(v.string())
const bytesSchema = v.instance(Uint8Array)
const namedCodeSchema = v.object({ code: v.string(), name: v.string() })

/** As far as something depends on it: what an older version wrote may lack what came later. */
const SCHEMAS: Readonly<Record<MetaKey, v.GenericSchema>> = {
  device: v.object({
    device_id: v.string(),
    device_secret_token: v.string(),
    merchant: namedCodeSchema,
    branch: namedCodeSchema,
    env: v.string(),
    mqtt: v.object({ url: v.string(), username: v.string(), keepalive: finiteSchema }),
  }),
  key: v.object({ privateKey: v.unknown(), publicKey: v.unknown() }),
  position: v.object({ epoch: epochSchema, cursor: v.nullable(countSchema) }),
  refresh: v.object({
    phase: v.picklist(['running', 'complete']),
    forced: v.boolean(),
    startedAt: finiteSchema,
    finishedAt: v.nullable(finiteSchema),
    resource: v.string(),
    lastId: countSchema,
    loaded: finiteSchema,
    total: v.record(v.string(), v.nullable(finiteSchema)),
    epoch: epochSchema,
    lowestSeq: v.nullable(countSchema),
    etag: v.nullable(v.string()),
  }),
  freshness: v.object({ asOf: finiteSchema }),
  clock: v.object({ skewMs: finiteSchema }),
  etag: v.object({ value: v.string() }),
  removed: v.object({ at: finiteSchema, by: v.optional(v.picklist(['person', 'owner'])) }),
  history: v.object({ etag: v.nullable(v.string()) }),
  leftToLog: v.object({ epoch: epochSchema, cursor: countSchema, since: finiteSchema }),
  mark: v.object({ epoch: v.string(), seq: countSchema, text: v.string() }),
  pin_verifiers: v.record(v.string(), v.object({ hash: v.string(), version: countSchema, epoch: epochSchema })),
  mqtt_password: v.object({ password: v.pipe(v.string(), v.minLength(1), v.maxLength(512)), at: finiteSchema }),
  approval_keys: v.record(
    v.string(),
    v.object({
      publicKey: v.unknown(),
      thumbprint: v.string(),
      salt: bytesSchema,
      iterations: countSchema,
      iv: bytesSchema,
      wrapped: bytesSchema,
      taken: v.nullable(v.object({ version: countSchema, epoch: epochSchema })),
    }),
  ),
  approval_secret: v.object({ key: v.unknown() }),
  rev: v.object({ value: countSchema }),
  front: v.object({ ids: v.array(countSchema), categories: v.array(v.string()), hasInactive: v.boolean() }),
}

/** One value of the device's own bookkeeping, undefined when it was never written, or garbled: then it is made anew. */
export async function readMeta<K extends MetaKey>(db: CacheDb, key: K): Promise<MetaValues[K] | undefined> {
  const row = await db.meta.get(key)
  return v.is(SCHEMAS[key], row?.value) ? (row?.value as MetaValues[K]) : undefined
}

export async function writeMeta<K extends MetaKey>(db: CacheDb, key: K, value: MetaValues[K]): Promise<void> {
  await db.meta.put({ key, value })
}
