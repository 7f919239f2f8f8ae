import type { SqlClient } from '../e2e/support/sql-client.ts'

/** Fills a branch with `count` products whose names are made of a grocery's words, so that a search finds what it would find there. */
export async function insertCatalogue(sql: SqlClient, branchId: number, count: number): Promise<void> {
  await sql.query(
    `INSERT INTO products (branch_id, name, sku, barcode, category, price, stock)
     SELECT $1,
            (ARRAY['Beras','Gula','Kopi','Teh','Sabun','Minyak','Kecap','Susu','Biskuit','Tepung','Sambal','Mie'])[1 + n % 12]
              || ' ' || (ARRAY['Rosebrand','Indah','Sumber','Bango','Kapal','Segitiga','Cap Tiga','Mutiara','Nusantara'])[1 + n / 12 % 9]
              || ' ' || (ARRAY['Merah','Putih','Asli','Pedas','Manis','Premium','Hemat'])[1 + n / 108 % 7]
              || ' ' || (1 + n / 756) || ' ' || (ARRAY['kg','g','ml','liter','pak'])[1 + n % 5],
            'SKU-' || lpad(n::text, 6, '0'), '899' || lpad(n::text, 10, '0'),
            (ARRAY['Beras & Tepung', 'Minuman', 'Bumbu', 'Sabun'])[1 + n % 4], 1000 * (1 + n % 50), 100 + n % 900
     FROM generate_series(1, $2::int) AS n`,
    [branchId, count],
  )
}
