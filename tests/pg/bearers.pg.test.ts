import { expect, test } from 'vitest'
import type { Queryable } from '../../server/database.ts'
import { findBearers, type ProductKeys } from '../../server/sql/products.ts'
import { openTestDatabase } from './support.ts'

interface PlanNode {
  readonly 'Node Type': string
  readonly 'Relation Name'?: string
  readonly 'Index Name'?: string
  readonly 'Index Cond'?: string
  readonly Plans?: readonly PlanNode[]
}

const nodesOf = (node: PlanNode): PlanNode[] => [node, ...(node.Plans ?? []).flatMap(nodesOf)]

/** How the database goes about it, node by node. */
async function planOf(db: Queryable, keys: ProductKeys): Promise<PlanNode[]> {
  let nodes: PlanNode[] = []
  const explained: Queryable = {
    async query<Row>(sql: string, params?: readonly unknown[]) {
      const [row] = await db.query<{ 'QUERY PLAN': readonly { Plan: PlanNode }[] }>(
        `EXPLAIN (FORMAT JSON) ${sql}`,
        params,
      )
      nodes = (row?.['QUERY PLAN'] ?? []).flatMap(({ Plan }) => nodesOf(Plan))
      const none: Row[] = []
      return none
    },
  }
  await findBearers(explained, 1, keys)
  return nodes
}

const KEYS: ProductKeys = {
  ids: [7, 999_999],
  skus: Array.from({ length: 100 }, (_, index) => `SKU-${index + 1}`),
  barcodes: Array.from({ length: 100 }, (_, index) => String(8_991_002_000_000 + index)),
}

test.each(['no statistics', 'statistics'])(
  'a hundred codes are a hundred look-ups, whatever the planner knows: %s',
  async (known) => {
    const { db } = await openTestDatabase()
    await db.query(
      `INSERT INTO products (branch_id, name, price, sku, barcode)
       SELECT 1, 'Produk ' || g, 1000, 'SKU-' || g, (8991002000000 + g)::text FROM generate_series(1, 2000) g`,
    )
    if (known === 'statistics') await db.query('ANALYZE products')
    const nodes = await planOf(db, KEYS)
    const looks = nodes.filter(
      (node) => node['Relation Name'] === 'products' || node['Index Name']?.startsWith('products'),
    )
    for (const node of looks.filter((each) => each['Node Type'] !== 'Bitmap Heap Scan')) {
      expect(node['Node Type']).toMatch(/Index/)
      expect(node['Index Cond']).toMatch(/\b(id|sku_key|barcode_key|btrim|CASE)\b/)
    }
    const indexes = new Set(looks.flatMap((node) => node['Index Name'] ?? []))
    expect([...indexes]).toEqual(expect.arrayContaining(['products_barcode_key', 'products_sku_key']))
    expect(nodes.map((node) => node['Node Type']).filter((type) => /Hash Join|Merge Join|Seq Scan/.test(type))).toEqual(
      [],
    )
    const found = await findBearers(db, 1, KEYS)
    expect(found.map(({ sku }) => sku)).toEqual(Array.from({ length: 100 }, (_, index) => `SKU-${index + 1}`))
    expect(await findBearers(db, 2, KEYS)).toEqual([])
  },
)
