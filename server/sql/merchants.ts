/** Merchants and branches. Both codes are unique over all merchants: they are levels of topics. */
import type { Queryable } from '../database.ts'

export interface Branch {
  readonly id: number
  readonly code: string
  readonly name: string
  readonly merchantCode: string
  readonly merchantName: string
}

const BRANCH = `
  SELECT b.id, b.code, b.name, m.code AS "merchantCode", m.name AS "merchantName"
    FROM branches b JOIN merchants m ON m.id = b.merchant_id`

export async function hasMerchants(db: Queryable): Promise<boolean> {
  const [row] = await db.query<{ found: boolean }>('SELECT EXISTS (SELECT FROM merchants) AS found')
  return row?.found ?? false
}

/** The new merchant's id, or null when the code is taken. */
export async function insertMerchant(db: Queryable, merchant: { code: string; name: string }): Promise<number | null> {
  const [row] = await db.query<{ id: number }>(
    'INSERT INTO merchants (code, name) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING id',
    [merchant.code, merchant.name],
  )
  return row?.id ?? null
}

export async function findMerchant(db: Queryable, code: string): Promise<{ id: number } | null> {
  const [row] = await db.query<{ id: number }>('SELECT id FROM merchants WHERE code = $1', [code])
  return row ?? null
}

/** The new branch's id, or null when the code is taken, by whichever merchant. */
export async function insertBranch(
  db: Queryable,
  branch: { merchantId: number; code: string; name: string },
): Promise<number | null> {
  const [row] = await db.query<{ id: number }>(
    'INSERT INTO branches (merchant_id, code, name) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING RETURNING id',
    [branch.merchantId, branch.code, branch.name],
  )
  return row?.id ?? null
}

export async function findBranch(db: Queryable, code: string): Promise<Branch | null> {
  const [row] = await db.query<Branch>(`${BRANCH} WHERE b.code = $1`, [code])
  return row ?? null
}

/** All branches, oldest first. */
export async function listBranches(db: Queryable): Promise<Branch[]> {
  return db.query<Branch>(`${BRANCH} ORDER BY b.id`)
}
