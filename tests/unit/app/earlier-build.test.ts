import { describe, expect, it } from 'vitest'
import { chooseFiles } from '../../../src/service-worker/earlier-build.ts'

const shared = 'react'
const build = (n: number) => new Set([`index-${n}`, `screen-${n}`, shared])
const cached = (...builds: number[]) => [...new Set(builds.flatMap((n) => [...build(n)]))]

describe('files of earlier builds', () => {
  it('of the build before stay, those of before that go, and what both have stays', () => {
    expect(chooseFiles(cached(1, 2), build(2), null, 'b2')).toEqual({ gone: [], earlier: ['index-1', 'screen-1'] })
    const record = { build: 'b2', files: ['index-1', 'screen-1'] }
    expect(chooseFiles(cached(1, 2, 3), build(3), record, 'b3')).toEqual({
      gone: ['index-1', 'screen-1'],
      earlier: ['index-2', 'screen-2'],
    })
  })

  it('an activation that is done again after a crash keeps what it kept', () => {
    const record = { build: 'b2', files: ['index-1', 'screen-1'] }
    expect(chooseFiles(cached(1, 2), build(2), record, 'b2')).toEqual({ gone: [], earlier: ['index-1', 'screen-1'] })
  })

  it('a server that goes back to the build before takes its files from here again', () => {
    const record = { build: 'b2', files: ['index-1', 'screen-1'] }
    expect(chooseFiles(cached(1, 2), build(1), record, 'b1')).toEqual({ gone: [], earlier: ['index-2', 'screen-2'] })
  })
})
