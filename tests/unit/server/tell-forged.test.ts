import { describe, expect, it } from 'vitest'
import type { Database, Queryable } from '../../../server/database.ts'
import { bookAndTell } from '../../../server/selling/tell-forged.ts'

const tx: Queryable = { query: async () => [] }

/** Runs the work so often, as after deadlocks; `onCommit` before the last result is handed on. */
function databaseOf(runs: number, onCommit: () => void = () => undefined): Database {
  return {
    driver: 'postgres',
    query: async () => [],
    script: async () => undefined,
    listen: async () => async () => undefined,
    close: async () => undefined,
    async transaction(work) {
      for (let run = 1; run < runs; run++) await work(tx)
      const result = await work(tx)
      onCommit()
      return result
    },
  }
}

const FORGED = { deviceId: 'DEV-A', staffId: 2 }

describe('a proof that was made up', () => {
  it('[S2] is told once, after the commit, however often the transaction runs', async () => {
    const seen: unknown[] = []
    const sender = { noteForged: (approval: unknown) => seen.push(approval) }
    const db = databaseOf(3, () => seen.push('commit'))
    const booked = await bookAndTell(db, sender, async (_tx, by) => {
      by.noteForged(FORGED)
      return 'booked'
    })
    expect(booked).toBe('booked')
    expect(seen).toEqual(['commit', FORGED])
  })

  it('is not told of what was refused', async () => {
    const seen: unknown[] = []
    const sender = { noteForged: (approval: unknown) => seen.push(approval) }
    const booking = bookAndTell(databaseOf(1), sender, async (_tx, by) => {
      by.noteForged(FORGED)
      throw new Error('refused')
    })
    await expect(booking).rejects.toThrow('refused')
    expect(seen).toEqual([])
  })
})
