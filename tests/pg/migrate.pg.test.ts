import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Migration, migrate } from '../../server/migrate.ts'
import { isTopicLevel } from '../../src/contract/topics.ts'
import { one, openEmptyDatabase, openTestDatabase } from './support.ts'

const migration = (number: number, sql: string): Migration => ({
  number,
  name: `000${number}_x.sql`,
  sql,
  checksum: `${number}0`,
})

describe('migrations', () => {
  test('run once, also when two servers start together', async () => {
    const { db, open } = await openEmptyDatabase()
    const [first, second] = await Promise.all([migrate(db), migrate(open())])
    const stored = await db.query<{ name: string }>('SELECT name FROM schema_migrations ORDER BY number')
    // They may take turns: together they ran each of them, none twice.
    expect([...first, ...second].sort()).toEqual(stored.map(({ name }) => name))
    expect(stored.length).toBeGreaterThan(0)
    expect(await migrate(db)).toEqual([])
  })

  test('one that fails leaves nothing behind and stops the start', async () => {
    const { db } = await openEmptyDatabase()
    const broken = migration(2, 'CREATE TABLE half (id int); SELECT 1 / 0')
    await expect(migrate(db, [migration(1, 'CREATE TABLE whole (id int)'), broken])).rejects.toThrow('division by zero')
    expect(
      await one(db, `SELECT to_regclass('whole') IS NOT NULL AS whole, to_regclass('half') IS NOT NULL AS half`),
    ).toEqual({ whole: true, half: false })
    expect(await migrate(db, [migration(1, 'changed on disk, but not run again'), migration(2, 'SELECT 1')])).toEqual([
      '0002_x.sql',
    ])
  })

  test('an edited migration, and a database that is newer than the server, are refused', async () => {
    const { db } = await openEmptyDatabase()
    await migrate(db, [migration(1, 'SELECT 1'), migration(2, 'SELECT 1')])
    await expect(
      migrate(db, [{ ...migration(1, 'SELECT 2'), checksum: 'ff' }, migration(2, 'SELECT 1')]),
    ).rejects.toThrow('was changed after')
    await expect(migrate(db, [migration(1, 'SELECT 1')])).rejects.toThrow('newer')
  })

  test('the database refuses exactly the codes that would break a topic', async () => {
    const { db } = await openTestDatabase()
    const awkward = fc.constantFrom(
      '+',
      '#',
      '/',
      '$',
      ' ',
      '\u0001',
      '\u007f',
      '\u0085',
      '\u00a0',
      '\ufeff',
      '\u2028',
      '\u3000',
      '😀',
      'é',
      'BRN',
    )
    const name = fc.oneof(
      fc
        .array(fc.oneof(awkward, fc.string({ unit: 'grapheme', maxLength: 3 })), { maxLength: 5 })
        .map((parts) => parts.join('')),
      fc.integer({ min: 30, max: 70 }).chain((n) => fc.constantFrom('x'.repeat(n), '😀'.repeat(n))),
    )
    await fc.assert(
      fc.asyncProperty(name, async (code) => {
        if (code.includes('\u0000')) return
        expect(await one(db, 'SELECT is_topic_level($1) AS ok', [code])).toEqual({ ok: isTopicLevel(code) })
      }),
      { numRuns: 300 },
    )
    await expect(db.query(`INSERT INTO branches (merchant_id, code, name) VALUES (1, 'a/b', 'x')`)).rejects.toThrow()
  })
})
