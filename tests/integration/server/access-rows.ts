/** One row a route: who may use it, with a request that really works, made of the ids of the first branch. */
import { randomUUID } from 'node:crypto'
import type { InjectOptions } from 'fastify'
import { COUNTER_SIGN_INS_PATH } from '../../../src/contract/counter-sign-ins.ts'
import { OWNER_PATHS } from '../../../src/contract/owner.ts'
import { OWNER_SECURITY_PATH } from '../../../src/contract/owner-security.ts'
import { REPORT_NAMES, reportPath } from '../../../src/contract/reports.ts'
import { PATHS } from '../../../src/contract/rest.ts'
import { STAFF_TOKEN_HEADER } from '../../../src/contract/staff-session.ts'
import { payment, sale, voidOf } from '../../pg/selling-support.ts'
import type { AccessWorld } from './access-world.ts'
import { BRANCH } from './support.ts'

/**
 * `open`: everybody. `device`: an enrolled device. `owner`: a device and its owner's session. `owner-or-admin`, `admin`: the admin
 * token. `broker`: the secret of EMQX's calls.
 */
export type Right = 'open' | 'device' | 'owner' | 'owner-or-admin' | 'admin' | 'broker'

export interface AccessRow {
  readonly right: Right
  /** Default 200. */
  readonly status?: number
  request(world: AccessWorld): InjectOptions | Promise<InjectOptions>
  /** What an owner of another merchant is answered to the same request; default: as if it were about their own branch. */
  readonly foreign?: readonly [status: number, kind: string]
}

const NOT_FOUND = [404, 'not_found'] as const
const FORBIDDEN = [403, 'forbidden'] as const
const DAYS = 'from=2026-11-01&to=2026-11-28'

const read = (right: Right, url: string, foreign?: AccessRow['foreign']): AccessRow => ({
  right,
  request: () => ({ url }),
  ...(foreign ? { foreign } : {}),
})
const write = (
  right: Right,
  request: (world: AccessWorld) => InjectOptions | Promise<InjectOptions>,
  foreign?: AccessRow['foreign'],
): AccessRow => ({ right, request, ...(foreign ? { foreign } : {}) })

const inBranch = `branch_code=${BRANCH}`
let pins = 52_000
/** One that nobody has. */
const freshPin = () => {
  pins += 7
  return String(pins)
}
/** A public key that is nobody's. */
const APPROVAL_KEY = {
  kty: 'EC',
  crv: 'P-256',
  x: 'WufeMdpwyddTw5X2k5De1nLkCy68x1HJz8-NhXiqiJU',
  y: 'omObjyOLujUsT9DOQ1ME6JMICGtIhsXhKI_biAnhVZw',
}

const name = () => `Baru ${randomUUID()}`

export const ACCESS_ROWS: Readonly<Record<string, AccessRow>> = {
  'GET /healthz': read('open', '/healthz'),
  'GET /readyz': read('open', '/readyz'),
  'GET /metrics': read('admin', '/metrics'),
  [`POST ${PATHS.enroll}`]: write('open', async (world) => ({
    payload: { pairing_code: await world.pairingCode(), device_name: 'Baru' },
  })),

  [`GET ${PATHS.proofNonce}`]: read('open', PATHS.proofNonce),

  [`GET ${PATHS.me}`]: read('device', PATHS.me),
  // A real key would bind the device, and nothing that has no proof would be taken of it: device-key.pg.test.ts.
  [`POST ${PATHS.deviceKey}`]: {
    right: 'device',
    status: 400,
    request: () => ({ payload: { public_key: { kty: 'RSA', crv: '', x: '', y: '' } } }),
  },
  [`POST ${PATHS.mqttPassword}`]: write('device', () => ({ payload: {} })),
  [`POST ${COUNTER_SIGN_INS_PATH}`]: write('device', ({ cashierId }) => ({
    payload: {
      notes: [{ id: randomUUID(), kind: 'counter_signed_in', staff_id: cashierId, count: 1, first_at: 1, last_at: 1 }],
    },
  })),
  [`GET ${PATHS.products}`]: read('device', `${PATHS.products}?${inBranch}`, FORBIDDEN),
  [`GET ${PATHS.inventory}`]: read('device', `${PATHS.inventory}?${inBranch}`, FORBIDDEN),
  [`GET ${PATHS.keptSales}`]: read('device', `${PATHS.keptSales}?${inBranch}`, FORBIDDEN),
  [`GET ${PATHS.checksums}`]: read('device', `${PATHS.checksums}?resource=staff&${inBranch}`, FORBIDDEN),
  [`GET ${PATHS.staff}`]: read('device', `${PATHS.staff}?${inBranch}`, FORBIDDEN),
  [`GET ${PATHS.keptSales}`]: read('device', `${PATHS.keptSales}?${inBranch}`, FORBIDDEN),
  [`GET ${PATHS.changes}`]: read('device', `${PATHS.changes}?after=0&${inBranch}`, FORBIDDEN),
  [`GET ${PATHS.transactions}`]: read('device', `${PATHS.transactions}?${inBranch}`, FORBIDDEN),
  [`GET ${PATHS.settings}`]: read('device', `${PATHS.settings}?${inBranch}`, FORBIDDEN),
  [`POST ${PATHS.batchSync}`]: write('device', ({ deviceId, productId, saleId }) => {
    const sold = sale([{ product_id: productId, quantity: 1 }], { device_id: deviceId })
    return {
      payload: {
        device_id: deviceId,
        transactions: [sold],
        payments: [payment(saleId, 1)],
        voids: [voidOf(saleId, { device_id: deviceId })],
      },
    }
  }),
  [`POST ${PATHS.staffSession}`]: write(
    'device',
    ({ cashierId, cashierPin }) => ({
      payload: { staff_id: cashierId, pin: cashierPin, approval_key: APPROVAL_KEY },
    }),
    [403, 'pin_wrong'],
  ),
  [`POST ${OWNER_PATHS.signOut}`]: write('device', ({ spareStaffToken }) => ({
    payload: {},
    headers: { [STAFF_TOKEN_HEADER]: spareStaffToken },
  })),

  [`PUT ${PATHS.settings}`]: write('owner-or-admin', () => ({
    url: `${PATHS.settings}?${inBranch}`,
    payload: { values: { shop_name: name() }, updated_at: new Date().toISOString() },
  })),
  [`POST ${PATHS.adjustment}`]: write(
    'owner',
    ({ inventoryId }) => ({ payload: { inventory_id: inventoryId, delta: 1, reason: 'hitung' } }),
    NOT_FOUND,
  ),
  [`POST ${PATHS.resolveConflict}`]: write(
    'owner',
    ({ conflictIds: [id], ownerId }) => ({
      payload: { conflict_id: String(id), resolution: 'keep_local', reason: 'x', approved_by: ownerId },
    }),
    NOT_FOUND,
  ),
  'GET /api/v1/owner/staff': read('owner', '/api/v1/owner/staff'),
  'POST /api/v1/owner/staff': write('owner', () => ({ payload: { name: name(), role: 'cashier', pin: freshPin() } })),
  'PATCH /api/v1/owner/staff/:id': write(
    'owner',
    ({ cashierId }) => ({ url: `/api/v1/owner/staff/${cashierId}`, payload: { name: name() } }),
    NOT_FOUND,
  ),
  'GET /api/v1/owner/device': read('owner', '/api/v1/owner/device'),
  'PATCH /api/v1/owner/device/:id': write(
    'owner',
    ({ spareDeviceId }) => ({ url: `/api/v1/owner/device/${spareDeviceId}`, payload: { device_name: name() } }),
    NOT_FOUND,
  ),
  'POST /api/v1/owner/device/:id/revoke': write(
    'owner',
    ({ spareDeviceId }) => ({ url: `/api/v1/owner/device/${spareDeviceId}/revoke`, payload: {} }),
    NOT_FOUND,
  ),
  [`GET ${OWNER_SECURITY_PATH}`]: read('owner', OWNER_SECURITY_PATH),
  'POST /api/v1/owner/pairing-code': write('owner', () => ({ payload: {} })),
  'POST /api/v1/owner/product': write('owner', () => ({
    payload: { request_id: randomUUID(), name: name(), price: 1000 },
  })),
  'PATCH /api/v1/owner/product/:id': write(
    'owner',
    ({ productId }) => ({ url: `/api/v1/owner/product/${productId}`, payload: { name: name() } }),
    NOT_FOUND,
  ),
  'GET /api/v1/owner/product/export': read('owner', '/api/v1/owner/product/export'),
  'POST /api/v1/owner/product/import': write('owner', () => ({
    payload: { csv: `name,price\n${name()},5000\n`, dry_run: false, language: 'en' },
  })),
  [`POST ${OWNER_PATHS.receiving}`]: write(
    'owner',
    ({ productId, inventoryId }) => ({
      payload: {
        request_id: randomUUID(),
        lines: [{ product_id: productId, inventory_id: inventoryId, quantity: 1 }],
      },
    }),
    NOT_FOUND,
  ),
  [`POST ${OWNER_PATHS.stocktake}`]: write(
    'owner',
    ({ productId, inventoryId }) => ({
      payload: {
        request_id: randomUUID(),
        lines: [{ product_id: productId, inventory_id: inventoryId, shown: 1, counted: 2 }],
      },
    }),
    NOT_FOUND,
  ),
  ...Object.fromEntries(
    REPORT_NAMES.map((report) => [`GET ${reportPath(report)}`, read('owner', `${reportPath(report)}?${DAYS}`)]),
  ),
  [`POST ${reportPath('conflicts')}/:id`]: write(
    'owner',
    ({ conflictIds: [, id] }) => ({
      url: `${reportPath('conflicts')}/${id}`,
      payload: { resolution: 'keep_local', reason: 'x' },
    }),
    NOT_FOUND,
  ),

  'POST /api/v1/admin/merchant': write('admin', () => ({ payload: { code: `M-${randomUUID()}`, name: 'Baru' } })),
  'POST /api/v1/admin/branch': write('admin', () => ({
    payload: { merchant_code: 'MCH-MST-001', code: `B-${randomUUID()}`, name: 'Baru' },
  })),
  'GET /api/v1/admin/branch': read('admin', '/api/v1/admin/branch'),
  // Only the embedded database is a file that could be handed out.
  'GET /api/v1/admin/backup': {
    ...read('admin', '/api/v1/admin/backup'),
    status: process.env.TEST_DATABASE_URL === undefined ? 200 : 409,
  },
  'POST /api/v1/admin/pairing-code': write('admin', () => ({ payload: { branch_code: BRANCH } })),
  'GET /api/v1/admin/product': read('admin', `/api/v1/admin/product?${inBranch}`),
  'POST /api/v1/admin/product': write('admin', () => ({ payload: { branch_code: BRANCH, name: name(), price: 1 } })),
  'POST /api/v1/admin/product/import': write('admin', () => ({
    url: `/api/v1/admin/product/import?${inBranch}`,
    headers: { 'content-type': 'text/csv' },
    payload: `name,price\n${name()},5000\n`,
  })),
  'PATCH /api/v1/admin/product/:id': write('admin', ({ productId }) => ({
    url: `/api/v1/admin/product/${productId}`,
    payload: { name: name() },
  })),
  'GET /api/v1/admin/staff': read('admin', `/api/v1/admin/staff?${inBranch}`),
  'POST /api/v1/admin/staff': write('admin', () => ({
    payload: { branch_code: BRANCH, name: name(), role: 'cashier', pin: freshPin() },
  })),
  'POST /api/v1/admin/stock': write('admin', ({ productId }) => ({ payload: { product_id: productId, delta: 1 } })),
  'GET /api/v1/admin/device': read('admin', '/api/v1/admin/device'),
  'POST /api/v1/admin/device/:id/revoke': write('admin', ({ spareDeviceId }) => ({
    url: `/api/v1/admin/device/${spareDeviceId}/revoke`,
    payload: {},
  })),

  'POST /internal/mqtt/authenticate': write('broker', () => ({
    payload: { username: 'x', password: 'y', clientid: 'z' },
  })),
  'POST /internal/mqtt/authorize': write('broker', () => ({
    payload: { username: 'x', clientid: 'z', topic: 'dev/a/b/product/updates', action: 'subscribe' },
  })),
}
