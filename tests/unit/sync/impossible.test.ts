import { expect, it } from 'vitest'
import { impossible, noteImpossible } from '../../../src/sync/impossible.pure.ts'
import { createStrictJournal } from '../../support/strict-journal.ts'

const where = { machine: 'Connection', phase: 'stopped', event: 'ready' }

it('an event that cannot happen is in the journal, and one that can is not', () => {
  const notes: unknown[] = []
  const journal = { note: (...note: unknown[]) => void notes.push(note) }
  noteImpossible(journal, {}, where)
  expect(notes).toEqual([])
  noteImpossible(journal, impossible({ phase: 'stopped' }), where)
  expect(notes).toEqual([['crash', 'Impossible event', 'Connection: ready while stopped']])
})

it('the journal of a test throws at it', () => {
  expect(() => noteImpossible(createStrictJournal(), impossible(null), where)).toThrow(
    'Connection: ready while stopped',
  )
})
