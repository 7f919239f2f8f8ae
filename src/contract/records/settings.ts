import * as v from 'valibot'
import { timestampSchema, versionSchema } from '../values.ts'
import { declareRecord, isObject, isText, onEvent, timeOf } from './record-kind.ts'

/** The branch's settings: last write wins by `updated_at` (specification section 4). */
export const settingsSchema = v.object({
  values: v.record(v.string(), v.unknown()),
  updated_at: timestampSchema,
  version: versionSchema,
})
export type Settings = v.InferOutput<typeof settingsSchema>

/** A branch has one record of them. */
export const SETTINGS_ID = 1

/** Each value in it is read by itself (src/contract/settings.ts). The server decided which write was the last. */
export const SETTINGS = declareRecord({
  name: 'settings',
  table: 'branchSettings',
  indexes: [],
  since: 3,
  fields: { values: isObject, updated_at: isText },
  resource: 'settings',
  row: settingsSchema,
  fromRow: wholeSettings,
  events: [onEvent('settings_changed', settingsSchema, { news: wholeSettings })],
  changedAt: ({ updated_at: at }) => timeOf(at),
})

function wholeSettings({ values, updated_at, version }: Settings) {
  return { id: SETTINGS_ID, version, whole: { values, updated_at } }
}
