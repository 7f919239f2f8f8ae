/** What a device asks: to become one of a branch, its own set-up, and the branch's records. */
import * as v from 'valibot'
import { COUNTER_SIGN_INS_PATH, signInNotesRequestSchema } from '../../src/contract/counter-sign-ins.ts'
import {
  deviceKeyRequestSchema,
  enrollAnswerSchema,
  enrollRequestSchema,
  meAnswerSchema,
  mqttPasswordAnswerSchema,
  mqttPasswordRequestSchema,
} from '../../src/contract/device.ts'
import { eventPositionSchema } from '../../src/contract/events.ts'
import {
  changesAnswerSchema,
  checksumAnswerSchema,
  inventoryPageSchema,
  pageSchema,
  productPageSchema,
  settingsAnswerSchema,
  staffAnswerSchema,
} from '../../src/contract/pages.ts'
import {
  changesQuerySchema,
  checksumQuerySchema,
  ownBranchQuerySchema,
  pageQuerySchema,
  transactionsQuerySchema,
} from '../../src/contract/queries.ts'
import { RESOURCES } from '../../src/contract/records/registry.ts'
import { answerSchema, PATHS } from '../../src/contract/rest.ts'
import { sentTransactionSchema } from './components.ts'
import type { Operation, Refusal } from './operation.ts'

const FOREIGN: Refusal = [403, 'forbidden']
const nothing = answerSchema(v.null())

/** The server reads and sends events unparsed; what each holds is the other document's. */
const loggedEventSchema = v.object({
  topic: v.string(),
  event_type: v.string(),
  ...eventPositionSchema.entries,
  data: v.optional(v.record(v.string(), v.unknown())),
})
const changesSchema = answerSchema(
  v.object({ ...changesAnswerSchema.entries.data.entries, events: v.array(loggedEventSchema) }),
)

const page = (of: Pick<Operation, 'id' | 'path' | 'summary' | 'description' | 'answer'>): Operation => ({
  ...of,
  method: 'GET',
  caller: 'device',
  tag: 'Records',
  query: pageQuerySchema,
  hasEtag: true,
  refusals: [FOREIGN],
})

export const DEVICE_OPERATIONS: readonly Operation[] = [
  {
    id: 'enroll',
    method: 'POST',
    path: PATHS.enroll,
    caller: 'open',
    tag: 'Device',
    summary: 'Become a device of a branch',
    description: 'Exchanges a pairing code for a token. Thirty wrong codes a minute and address, then 429.',
    body: enrollRequestSchema,
    answer: enrollAnswerSchema,
    refusals: [
      [404, 'pairing_code_unknown'],
      [409, 'pairing_code_used'],
      [410, 'pairing_code_expired'],
    ],
  },
  {
    id: 'proofNonce',
    method: 'GET',
    path: PATHS.proofNonce,
    caller: 'open',
    tag: 'Device',
    summary: 'A nonce for the next proof',
    description: 'It comes in the header `DPoP-Nonce` and is good for five minutes.',
    answer: answerSchema(v.object({})),
  },
  {
    id: 'me',
    method: 'GET',
    path: PATHS.me,
    caller: 'device',
    tag: 'Device',
    summary: 'Who this device is, and where its broker is',
    description: 'Asked at each start. A broker that lost its devices hears of this one again.',
    answer: meAnswerSchema,
  },
  {
    id: 'bindKey',
    method: 'POST',
    path: PATHS.deviceKey,
    caller: 'device',
    tag: 'Device',
    summary: 'Bind the token of a device that was enrolled without a key',
    body: deviceKeyRequestSchema,
    answer: answerSchema(v.object({ key_bound: v.boolean() })),
    refusals: [[409, 'conflict']],
  },
  {
    id: 'mqttPassword',
    method: 'POST',
    path: PATHS.mqttPassword,
    caller: 'device',
    tag: 'Device',
    summary: 'A password for the broker',
    description:
      'A new one; null when `held` is the newest, which the broker is told again. Ten new ones in ten minutes and device, then 429.',
    body: mqttPasswordRequestSchema,
    answer: mqttPasswordAnswerSchema,
  },
  {
    id: 'noteSignIns',
    method: 'POST',
    path: COUNTER_SIGN_INS_PATH,
    caller: 'device',
    tag: 'Device',
    summary: 'Tell of sign-ins that the device checked itself',
    description: 'The same id again only grows. Twenty in ten minutes and device, then 429.',
    body: signInNotesRequestSchema,
    answer: nothing,
  },
  page({
    id: 'productPage',
    path: PATHS.products,
    summary: 'Products with their stock',
    answer: productPageSchema,
  }),
  page({ id: 'inventoryPage', path: PATHS.inventory, summary: 'What each place holds', answer: inventoryPageSchema }),
  page({
    id: 'keptSalesPage',
    path: PATHS.keptSales,
    summary: "The branch's sales of the last 45 days, by id",
    description: 'What counters keep of past sales to search and refund offline. A backend may lack it.',
    answer: pageSchema(sentTransactionSchema),
  }),
  {
    id: 'staffList',
    method: 'GET',
    path: PATHS.staff,
    caller: 'device',
    tag: 'Records',
    summary: 'Everybody who works or worked in the branch',
    query: ownBranchQuerySchema,
    answer: staffAnswerSchema,
    refusals: [FOREIGN],
  },
  {
    id: 'settings',
    method: 'GET',
    path: PATHS.settings,
    caller: 'device',
    tag: 'Records',
    summary: "The shop's settings",
    query: ownBranchQuerySchema,
    answer: settingsAnswerSchema,
    refusals: [FOREIGN],
  },
  {
    id: 'checksums',
    method: 'GET',
    path: PATHS.checksums,
    caller: 'device',
    tag: 'Records',
    summary: 'Compare what is stored without loading it',
    description:
      'Ranges of ids. `checksum`: the first 16 hexadecimal digits of SHA-256 over `id:version` of each record by id with commas between; of products `id:version:stock_version`. `up_to` null: to the end of all ids.',
    query: checksumQuerySchema(RESOURCES.map(({ name }) => name)),
    answer: checksumAnswerSchema,
    hasEtag: true,
    refusals: [FOREIGN],
  },
  {
    id: 'changes',
    method: 'GET',
    path: PATHS.changes,
    caller: 'device',
    tag: 'Records',
    summary: 'The events after a position of the log',
    description:
      'Each event as on MQTT, with its `topic`. 410 `log_expired`: the log does not reach back that far, or never came that far; load anew.',
    query: changesQuerySchema,
    answer: changesSchema,
    refusals: [FOREIGN, [410, 'log_expired']],
  },
  {
    id: 'transactions',
    method: 'GET',
    path: PATHS.transactions,
    caller: 'device',
    tag: 'Selling',
    summary: "The branch's past sales, newest first",
    query: transactionsQuerySchema,
    answer: answerSchema(v.array(sentTransactionSchema)),
    refusals: [FOREIGN],
  },
]
