/** The owner's pages: goods, staff, devices, reports. */
import * as v from 'valibot'
import { pairingCodeAnswerSchema } from '../../src/contract/admin.ts'
import {
  OWNER_PATHS,
  ownerImportAnswerSchema,
  ownerImportRequestSchema,
  ownerProductAnswerSchema,
  ownerProductPatchSchema,
  ownerProductRequestSchema,
  receivingRequestSchema,
  stockBookingAnswerSchema,
  stocktakeRequestSchema,
} from '../../src/contract/owner.ts'
import {
  deviceNameSchema,
  newStaffSchema,
  OWNER_DEVICES_PATH,
  OWNER_PAIRING_PATH,
  OWNER_STAFF_PATH,
  ownerDeviceListSchema,
  ownerDeviceSchema,
  ownerStaffAnswerSchema,
  ownerStaffListSchema,
  revokeAnswerSchema,
  staffChangeSchema,
} from '../../src/contract/owner-people.ts'
import { OWNER_SECURITY_PATH, securityEventListSchema } from '../../src/contract/owner-security.ts'
import { deviceParamsSchema, exportQuerySchema, idParamsSchema } from '../../src/contract/queries.ts'
import {
  conflictDecisionPath,
  type ReportName,
  reportListSchema,
  reportPath,
  reportQuerySchema,
  saleRowSchema,
  shiftReportSchema,
  soldProductSchema,
  takingsAnswerSchema,
} from '../../src/contract/reports.ts'
import { answerSchema } from '../../src/contract/rest.ts'
import {
  approvalRowSchema,
  conflictDecisionSchema,
  conflictRowSchema,
  markRowSchema,
  oversoldRowSchema,
  priceRowSchema,
  reversalRowSchema,
} from '../../src/contract/review-reports.ts'
import { idSchema } from '../../src/contract/values.ts'
import type { Operation, Refusal } from './operation.ts'

const NOT_FOUND: Refusal = [404, 'not_found']
const CONFLICT: Refusal = [409, 'conflict']
const OF_PIN: readonly Refusal[] = [[400, 'pin_weak'], [409, 'pin_taken'], CONFLICT]

const REPORTS: Readonly<Record<ReportName, readonly [summary: string, answer: v.GenericSchema]>> = {
  takings: ['Takings by method, device and hour or day', takingsAnswerSchema],
  sales: ['Sales', reportListSchema(saleRowSchema)],
  products: ['What was sold of each product', reportListSchema(soldProductSchema)],
  shifts: ['Shifts and their cash', reportListSchema(shiftReportSchema)],
  oversold: ['Sold although the stock was not there', reportListSchema(oversoldRowSchema)],
  prices: ["Sold at another price than the server's", reportListSchema(priceRowSchema)],
  reversals: ['Voids and refunds', reportListSchema(reversalRowSchema)],
  approvals: ['What somebody had to allow', reportListSchema(approvalRowSchema)],
  conflicts: ['Two contents under one id', reportListSchema(conflictRowSchema)],
  marks: ['Booked, and does not fit', reportListSchema(markRowSchema)],
}

type Part = Omit<Operation, 'caller' | 'tag'>
const owned = (tag: string, parts: readonly Part[]): readonly Operation[] =>
  parts.map((part) => ({ ...part, caller: 'owner', tag }))

const GOODS = owned('Owner: goods', [
  {
    id: 'addProduct',
    method: 'POST',
    path: OWNER_PATHS.products,
    summary: 'A new product',
    description: 'The same `request_id` again is not made twice.',
    body: ownerProductRequestSchema,
    answer: ownerProductAnswerSchema,
    refusals: [CONFLICT],
  },
  {
    id: 'changeProduct',
    method: 'PATCH',
    path: `${OWNER_PATHS.products}/:id`,
    summary: 'Change a product',
    description:
      '`version`: the one that was edited. When it is not the current one any more, 409 `conflict` and nothing is written.',
    params: idParamsSchema,
    body: ownerProductPatchSchema,
    answer: ownerProductAnswerSchema,
    refusals: [NOT_FOUND, CONFLICT],
  },
  {
    id: 'exportProducts',
    method: 'GET',
    path: OWNER_PATHS.productExport,
    summary: 'The catalogue as a file',
    query: exportQuerySchema,
    answerFile: 'text/csv',
  },
  {
    id: 'importProducts',
    method: 'POST',
    path: OWNER_PATHS.productImport,
    summary: 'Bring a catalogue file in, or look at what it would change',
    description: 'With problems nothing is written. The first 200 changes are told one by one.',
    body: ownerImportRequestSchema,
    answer: ownerImportAnswerSchema,
    takesKey: true,
    refusals: [CONFLICT],
  },
  {
    id: 'receiveGoods',
    method: 'POST',
    path: OWNER_PATHS.receiving,
    summary: 'Goods that came in',
    description: 'Each quantity is added. The same `request_id` again is not booked twice.',
    body: receivingRequestSchema,
    answer: stockBookingAnswerSchema,
    refusals: [NOT_FOUND, CONFLICT],
  },
  {
    id: 'countStock',
    method: 'POST',
    path: OWNER_PATHS.stocktake,
    summary: 'Stock that was counted',
    description: 'Books `counted − shown` on top of what is there now, so that a sale made since then is not lost.',
    body: stocktakeRequestSchema,
    answer: stockBookingAnswerSchema,
    refusals: [NOT_FOUND, CONFLICT],
  },
])

const PEOPLE = owned('Owner: staff and devices', [
  { id: 'ownerStaff', method: 'GET', path: OWNER_STAFF_PATH, summary: 'Staff', answer: ownerStaffListSchema },
  {
    id: 'addStaff',
    method: 'POST',
    path: OWNER_STAFF_PATH,
    summary: 'A new member of staff',
    body: newStaffSchema,
    answer: ownerStaffAnswerSchema,
    refusals: OF_PIN,
  },
  {
    id: 'changeStaff',
    method: 'PATCH',
    path: `${OWNER_STAFF_PATH}/:id`,
    summary: 'Change a member of staff',
    params: idParamsSchema,
    body: staffChangeSchema,
    answer: ownerStaffAnswerSchema,
    refusals: [...OF_PIN, NOT_FOUND, [409, 'last_owner']],
  },
  { id: 'ownerDevices', method: 'GET', path: OWNER_DEVICES_PATH, summary: 'Devices', answer: ownerDeviceListSchema },
  {
    id: 'renameDevice',
    method: 'PATCH',
    path: `${OWNER_DEVICES_PATH}/:id`,
    summary: 'Rename a device',
    params: deviceParamsSchema,
    body: deviceNameSchema,
    answer: answerSchema(ownerDeviceSchema),
    refusals: [NOT_FOUND],
  },
  {
    id: 'revokeDevice',
    method: 'POST',
    path: `${OWNER_DEVICES_PATH}/:id/revoke`,
    summary: 'Shut a device out',
    description: 'A device cannot revoke itself: its unsent sales would be stuck on it.',
    params: deviceParamsSchema,
    answer: revokeAnswerSchema,
    refusals: [NOT_FOUND, CONFLICT],
  },
  {
    id: 'makePairingCode',
    method: 'POST',
    path: OWNER_PAIRING_PATH,
    summary: 'A pairing code for one more device, good for an hour',
    answer: pairingCodeAnswerSchema,
  },
  {
    id: 'securityEvents',
    method: 'GET',
    path: OWNER_SECURITY_PATH,
    summary: 'Who signed in where, what was refused, what was set up',
    answer: securityEventListSchema,
  },
])

const LOOKING = owned('Owner: reports', [
  ...(Object.entries(REPORTS) as [ReportName, (typeof REPORTS)[ReportName]][]).map(
    ([name, [summary, answer]]): Part => ({
      id: `report_${name}`,
      method: 'GET',
      path: reportPath(name),
      summary,
      query: reportQuerySchema,
      answer,
      answerFile: 'text/csv',
    }),
  ),
  {
    id: 'decideConflict',
    method: 'POST',
    path: conflictDecisionPath(':id'),
    summary: 'Decide a conflict from the report',
    description: 'The first decision stands and is answered to every further one.',
    params: idParamsSchema,
    body: conflictDecisionSchema,
    answer: answerSchema(v.object({ conflict_id: idSchema, resolution: v.picklist(['keep_server', 'keep_local']) })),
    refusals: [NOT_FOUND, CONFLICT],
  },
])

export const OWNER_OPERATIONS: readonly Operation[] = [...GOODS, ...PEOPLE, ...LOOKING]
