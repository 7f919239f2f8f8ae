import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Database } from '../../server/database.ts'
import type { RestoreSign } from '../../server/lifecycle/judge-life.ts'
import { type LogWatch, watchLog } from '../../server/lifecycle/watch-log.ts'
import { openWitnessFile, type WitnessFile } from '../../server/lifecycle/witness-file.ts'
import { ensureEpoch } from '../../server/sql/epoch.ts'
import { addProduct, afterTest, one, openTestDatabase, silentLog } from './support.ts'

const EPOCH = 'SELECT epoch FROM log_state'
const NEVER_MS = 3_600_000

function makeDataDir(): string {
  const dataDir = mkdtempSync(join(tmpdir(), 'mstore-epoch-'))
  afterTest(async () => rmSync(dataDir, { recursive: true, force: true }))
  return dataDir
}

function openFile(dataDir: string): WitnessFile {
  const file = openWitnessFile(dataDir)
  if (!file) throw new Error('no place for a note')
  return file
}

interface Server {
  readonly sign: RestoreSign | null
  readonly watch: LogWatch
}

/** As a server with this DATA_DIR starts; it looks only when it is asked to. `renewEveryMs` 0: a new token with each look. */
async function start(db: Database, dataDir: string, { renewEveryMs = 0 } = {}): Promise<Server> {
  const file = openFile(dataDir)
  const life = await ensureEpoch(db, { uncleanStart: false, note: file.read() })
  const watch = await watchLog({ db, file, life, log: silentLog, checkEveryMs: NEVER_MS, renewEveryMs })
  return { sign: life.sign, watch }
}

/** The tables as they are, put back by the returned function in the way of a copy of files: with xmin and all ids. */
async function snapshotWitnesses(db: Database): Promise<() => Promise<void>> {
  const rows = await db.query<{ server_id: string; token: string }>('SELECT server_id, token FROM log_witnesses')
  return async () => {
    await db.query('DELETE FROM log_witnesses')
    for (const { server_id: id, token } of rows)
      await db.query('INSERT INTO log_witnesses (server_id, token) VALUES ($1, $2)', [id, token])
  }
}

describe('[S6] the epoch', () => {
  test('[S6] stays over clean starts', async () => {
    const { db } = await openTestDatabase()
    const { epoch } = await one<{ epoch: string }>(db, EPOCH)
    expect(await ensureEpoch(db, { uncleanStart: false })).toMatchObject({ epoch, sign: null })
    expect(await ensureEpoch(db, { uncleanStart: false })).toMatchObject({ epoch, sign: null })
  })

  test('[S6] rotates after an unclean start', async () => {
    const { db } = await openTestDatabase()
    const { epoch } = await ensureEpoch(db, { uncleanStart: false })
    const rotated = await ensureEpoch(db, { uncleanStart: true })
    expect(rotated.sign).toBe('unclean')
    expect(rotated.epoch).not.toBe(epoch)
    expect(await one(db, EPOCH)).toEqual({ epoch: rotated.epoch })
    expect(await ensureEpoch(db, { uncleanStart: false })).toMatchObject({ epoch: rotated.epoch, sign: null })
  })

  test.each(['system_identifier', 'timeline', 'database_oid'])(
    '[S6] rotates after a restore that shows in %s',
    async (column) => {
      const { db } = await openTestDatabase()
      const { epoch } = await ensureEpoch(db, { uncleanStart: false })
      await addProduct(db)
      await db.query(
        `UPDATE publisher_leases SET published = 100, owner = 'a', token = gen_random_uuid(), until = 'infinity'`,
      )
      await db.query(`UPDATE log_state SET ${column} = 'of another life', written_by = pg_current_xact_id()::xid::text`)
      const rotated = await ensureEpoch(db, { uncleanStart: false })
      expect(rotated.sign).toBe('database')
      expect(rotated.epoch).not.toBe(epoch)
      // Nobody goes on publishing from a position that this log never reached.
      expect(await db.query('SELECT published, owner, token FROM publisher_leases ORDER BY branch_id')).toEqual([
        { published: 1, owner: null, token: null },
        { published: 0, owner: null, token: null },
      ])
    },
  )

  test('[S6] rotates when the same rows were written anew, as a restore into the same database does', async () => {
    const { db } = await openTestDatabase()
    const { epoch } = await ensureEpoch(db, { uncleanStart: false })
    await db.query('CREATE TABLE dumped AS SELECT * FROM log_state')
    await db.query('DELETE FROM log_state')
    await db.query('INSERT INTO log_state SELECT * FROM dumped')
    expect(await one(db, EPOCH)).toEqual({ epoch })
    const rotated = await ensureEpoch(db, { uncleanStart: false })
    expect(rotated.sign).toBe('row')
    expect(await ensureEpoch(db, { uncleanStart: false })).toMatchObject({ epoch: rotated.epoch, sign: null })
  })

  test('[S6] stays when PostgreSQL freezes or moves its rows', async () => {
    const { db } = await openTestDatabase()
    const { epoch } = await ensureEpoch(db, { uncleanStart: false })
    for (const work of ['VACUUM FREEZE log_state', 'VACUUM FULL log_state', 'VACUUM FULL FREEZE log_state']) {
      await db.query(work)
      expect(await ensureEpoch(db, { uncleanStart: false }), work).toMatchObject({ epoch, sign: null })
    }
  })
})

describe('[S6] a note outside of the database', () => {
  test('[S6] several servers, one that joins and one that was long off, leave each other’s epoch alone', async () => {
    const { db } = await openTestDatabase()
    const [a, b, c] = [makeDataDir(), makeDataDir(), makeDataDir()]
    const first = await start(db, a)
    const { epoch } = await one<{ epoch: string }>(db, EPOCH)
    const second = await start(db, b)
    for (const { watch } of [first, second, second, first]) await watch.check()
    await second.watch.stop()
    for (let turn = 0; turn < 3; turn += 1) await first.watch.check()
    const third = await start(db, c)
    const again = await start(db, b)
    for (const { watch } of [first, third, again]) await watch.check()
    // Two processes with one DATA_DIR each have a place of their own in it.
    const double = await start(db, a)
    for (const { watch } of [first, double, first, double]) await watch.check()
    expect([first.sign, second.sign, third.sign, again.sign, double.sign]).toEqual([null, null, null, null, null])
    expect(await one(db, EPOCH)).toEqual({ epoch })
    for (const { watch } of [first, third, again, double]) await watch.stop()
  })

  test('[S6] tells a copy of files that was put back at the next start; other servers then rotate no more', async () => {
    const { db } = await openTestDatabase()
    const [a, b] = [makeDataDir(), makeDataDir()]
    const first = await start(db, a)
    const second = await start(db, b)
    const putBack = await snapshotWitnesses(db)
    await first.watch.stop()
    await second.watch.stop()
    await putBack()
    const restarted = await start(db, a)
    expect(restarted.sign).toBe('witness')
    const { epoch } = await one<{ epoch: string }>(db, EPOCH)
    const other = await start(db, b)
    expect(other.sign).toBe(null)
    for (const { watch } of [restarted, other, restarted]) await watch.check()
    expect(await one(db, EPOCH)).toEqual({ epoch })
    await restarted.watch.stop()
    await other.watch.stop()
  })

  test('[S6] notices while it runs that the database was taken back, once for all servers', async () => {
    const { db } = await openTestDatabase()
    const first = await start(db, makeDataDir())
    const second = await start(db, makeDataDir())
    const { epoch } = await one<{ epoch: string }>(db, EPOCH)
    const putBack = await snapshotWitnesses(db)
    await first.watch.check()
    await second.watch.check()
    expect(await one(db, EPOCH)).toEqual({ epoch })
    await putBack()
    await first.watch.check()
    const { epoch: next } = await one<{ epoch: string }>(db, EPOCH)
    expect(next).not.toBe(epoch)
    await second.watch.check()
    await first.watch.check()
    expect(await one(db, EPOCH)).toEqual({ epoch: next })
    await first.watch.stop()
    await second.watch.stop()
  })

  test.each([
    ['the row of the log’s state was restored', 'UPDATE log_state SET started_at = started_at'],
    [
      'another standby was promoted',
      `UPDATE log_state SET timeline = 'x', written_by = pg_current_xact_id()::xid::text`,
    ],
    ['its own row is of before', 'DELETE FROM log_witnesses'],
  ])('[S6] notices while it runs that %s', async (_what, change) => {
    const { db } = await openTestDatabase()
    const server = await start(db, makeDataDir(), { renewEveryMs: NEVER_MS })
    const { epoch } = await one<{ epoch: string }>(db, EPOCH)
    await server.watch.check()
    expect(await one(db, EPOCH)).toEqual({ epoch })
    await db.query(change)
    await server.watch.check()
    const { epoch: next } = await one<{ epoch: string }>(db, EPOCH)
    expect(next).not.toBe(epoch)
    await server.watch.check()
    expect(await one(db, EPOCH)).toEqual({ epoch: next })
    await server.watch.stop()
  })

  test('[S6] tells a state of before an earlier rotation from one of after it', async () => {
    const { db } = await openTestDatabase()
    const [a, b] = [makeDataDir(), makeDataDir()]
    await (await start(db, a)).watch.stop()
    await ensureEpoch(db, { uncleanStart: true })
    // It knows the earlier life only: that one is over here, and nothing was lost.
    const knowing = await start(db, a)
    expect(knowing.sign).toBe(null)
    await (await start(db, b)).watch.stop()
    await knowing.watch.stop()
    // The database is one of a third life, which these notes are not in the past of.
    await db.query(`UPDATE log_state SET epoch = gen_random_uuid(), written_by = pg_current_xact_id()::xid::text`)
    const surprised = await start(db, a)
    expect(surprised.sign).toBe('witness')
    await surprised.watch.stop()
  })

  test('[S6] a token whose writing nobody heard the end of is no restore', async () => {
    const { db } = await openTestDatabase()
    const dataDir = makeDataDir()
    const server = await start(db, dataDir, { renewEveryMs: NEVER_MS })
    const path = join(dataDir, 'witness', '1', 'note.json')
    const before: { tokens: string[] } = JSON.parse(readFileSync(path, 'utf8'))
    await server.watch.stop()
    const after: { tokens: string[] } = JSON.parse(readFileSync(path, 'utf8'))
    // Killed before the database had the new token, and after it.
    writeFileSync(path, JSON.stringify({ ...after, tokens: [...before.tokens, ...after.tokens] }))
    const restarted = await start(db, dataDir)
    expect(restarted.sign).toBe(null)
    await restarted.watch.stop()
    const unreadable = makeDataDir()
    const third = await start(db, unreadable)
    await third.watch.stop()
    writeFileSync(join(unreadable, 'witness', '1', 'note.json'), '{"serverId":')
    const fourth = await start(db, unreadable)
    expect(fourth.sign).toBe(null)
    await fourth.watch.stop()
  })
})
