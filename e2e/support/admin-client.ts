import { randomBytes } from 'node:crypto'
import * as v from 'valibot'
import { pairingCodeAnswerSchema } from '../../src/contract/admin.ts'
import { type Enrollment, enrollAnswerSchema } from '../../src/contract/device.ts'
import { answerSchema, errorAnswerSchema, PATHS } from '../../src/contract/rest.ts'
import { idSchema } from '../../src/contract/values.ts'
import type { ProductServer } from './product-server.ts'
import type { SqlClient } from './sql-client.ts'

/** A branch that one test has for itself. */
export interface Branch {
  readonly id: number
  readonly merchantCode: string
  readonly branchCode: string
  /** In the order of their ids. Product n (from 1) is called "Barang 00001" and has n + 100 in stock. */
  readonly productIds: readonly number[]
}

export interface NewStaff {
  readonly name: string
  readonly role: 'cashier' | 'supervisor' | 'owner'
  readonly pin: string
}

export interface BranchOptions {
  readonly products?: number
  /** A second branch of the same merchant. */
  readonly merchantCode?: string
}

export interface AdminClient {
  makeBranch(options?: BranchOptions): Promise<Branch>
  /** Somebody who works there. Hashing a PIN is slow on purpose: one that was given before comes with its hash. */
  makeStaff(branch: Branch, staff: NewStaff): Promise<void>
  pairingCode(branch: Branch): Promise<string>
  /** A device of another make: it has a token, and no key to bind it to. */
  enrolDevice(branch: Branch): Promise<Enrollment>
  /** Any admin call; resolves to `data`, rejects with the answer's error. */
  call(method: 'GET' | 'POST' | 'PATCH', path: string, body?: unknown): Promise<unknown>
}

const createdSchema = v.object({ id: idSchema })

/** `pinHashes`: what this server made of PINs so far. */
export function createAdminClient(
  server: ProductServer,
  sql: SqlClient,
  pinHashes: Map<string, string> = new Map(),
): AdminClient {
  const call: AdminClient['call'] = async (method, path, body) => {
    const response = await fetch(`${server.origin}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${server.adminToken}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const answer: unknown = await response.json()
    if (!response.ok) {
      const { error } = v.parse(errorAnswerSchema, answer)
      throw new Error(`${method} ${path}: ${response.status} ${error.kind}: ${error.message}`)
    }
    return v.parse(answerSchema(v.unknown()), answer).data
  }

  const pairingCode: AdminClient['pairingCode'] = async ({ branchCode }) => {
    const data = await call('POST', '/api/v1/admin/pairing-code', { branch_code: branchCode })
    return v.parse(pairingCodeAnswerSchema, { code: 200, data }).data.pairing_code
  }

  return {
    call,
    async makeBranch({ products = 0, merchantCode } = {}) {
      const unique = randomBytes(4).toString('hex').toUpperCase()
      const merchant = merchantCode ?? `MCH-E2E-${unique}`
      if (merchantCode === undefined) {
        await call('POST', '/api/v1/admin/merchant', { code: merchant, name: `Toko ${unique}` })
      }
      const branchCode = `BRN-E2E-${unique}`
      const created = await call('POST', '/api/v1/admin/branch', {
        merchant_code: merchant,
        code: branchCode,
        name: `Cabang ${unique}`,
      })
      const { id } = v.parse(createdSchema, created)
      if (products > 0) await insertProducts(sql, id, products)
      const rows = await sql.query<{ id: number }>('SELECT id FROM products WHERE branch_id = $1 ORDER BY id', [id])
      return { id, merchantCode: merchant, branchCode, productIds: rows.map((row) => row.id) }
    },
    async makeStaff({ id, branchCode }, staff) {
      const known = pinHashes.get(staff.pin)
      if (known !== undefined) {
        const params = [id, staff.name, staff.role, known]
        await sql.query('INSERT INTO staff (branch_id, name, role, pin_hash) VALUES ($1, $2, $3, $4)', params)
        return
      }
      const made = await call('POST', '/api/v1/admin/staff', { branch_code: branchCode, ...staff })
      const [row] = await sql.query<{ pin_hash: string }>('SELECT pin_hash FROM staff WHERE id = $1', [
        v.parse(createdSchema, made).id,
      ])
      if (row) pinHashes.set(staff.pin, row.pin_hash)
    },
    pairingCode,
    async enrolDevice(branch) {
      const response = await fetch(`${server.origin}${PATHS.enroll}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ pairing_code: await pairingCode(branch), device_name: 'Another make' }),
      })
      return v.parse(enrollAnswerSchema, await response.json()).data
    },
  }
}

async function insertProducts(sql: SqlClient, branchId: number, count: number): Promise<void> {
  await sql.query(
    `INSERT INTO products (branch_id, name, sku, barcode, category, price, stock)
     SELECT $1, 'Barang ' || lpad(n::text, 5, '0'), 'SKU-' || n, '899' || lpad(n::text, 10, '0'),
            (ARRAY['Beras & Tepung', 'Minuman', 'Bumbu', 'Sabun'])[1 + n % 4], 1000 * (1 + n % 50), n + 100
     FROM generate_series(1, $2::int) AS n`,
    [branchId, count],
  )
}
