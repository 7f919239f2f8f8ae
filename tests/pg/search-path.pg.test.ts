import { describe, expect, test } from 'vitest'
import { openTestDatabase } from './support.ts'

describe('functions of the database', () => {
  test('mean the same whatever the search_path: each is parsed when defined, or carries its own', async () => {
    const { db } = await openTestDatabase()
    const functions = await db.query<{ name: string; bound: boolean; path: string | null }>(
      `SELECT p.proname AS name, p.prosqlbody IS NOT NULL AS bound,
              (SELECT setting FROM unnest(p.proconfig) AS setting WHERE setting LIKE 'search_path=%') AS path
         FROM pg_proc p
        WHERE p.pronamespace = 'public'::regnamespace
          AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')`,
    )
    expect(functions.map(({ name }) => name)).toEqual(expect.arrayContaining(['is_wire_text', 'log_product', 'bury']))
    // A later migration that defines one without: say RETURN or BEGIN ATOMIC, or SET search_path = public, pg_temp.
    expect(
      functions.filter(({ bound, path }) => !bound && path !== 'search_path=public, pg_temp').map(({ name }) => name),
    ).toEqual([])
  })

  test('with an empty search_path, rows are checked, versioned and logged as ever', async () => {
    const { db } = await openTestDatabase()
    await db.transaction(async (tx) => {
      await tx.query(`SELECT set_config('search_path', '', true)`)
      await tx.query(`INSERT INTO public.merchants (code, name) VALUES ('MCH-2', repeat('é', 400))`)
      await tx.query(
        `INSERT INTO public.products (branch_id, name, price, stock) VALUES (1, repeat('é', 400), 5000, 3)`,
      )
      await tx.query(`UPDATE public.products SET stock = 2`)
      await tx.query(`UPDATE public.inventory SET quantity = 5`)
      await tx.query(
        `INSERT INTO public.settings (branch_id, "values", updated_at) VALUES (1, '{}', '2026-01-01T00:00:00Z')`,
      )
      await tx.query(`INSERT INTO public.staff (branch_id, name, role, pin_hash) VALUES (1, 'Sari', 'cashier', 'x')`)
      await tx.query(
        `INSERT INTO public.transactions (branch_id, transaction_code, status, grand_total) VALUES (1, 'T-1', 'paid', 5000)`,
      )
      await tx.query(`DELETE FROM public.products`)
    })
    const events = await db.query<{ event_type: string; seq: number }>(
      'SELECT event_type, seq FROM changes WHERE branch_id = 1 ORDER BY seq',
    )
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1))
    expect(new Set(events.map(({ event_type: type }) => type))).toEqual(
      new Set([
        'product_changed',
        'inventory_changed',
        'stock_updated',
        'quantity_updated',
        'settings_changed',
        'staff_changed',
        'transaction_created',
        'inventory_removed',
        'product_removed',
      ]),
    )
    await expect(
      db.transaction(async (tx) => {
        await tx.query(`SELECT set_config('search_path', '', true)`)
        await tx.query('TRUNCATE public.products CASCADE')
      }),
    ).rejects.toThrow('is refused')
  })
})
