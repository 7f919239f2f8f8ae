import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  branchAclFilter,
  branchSubscription,
  buildTopic,
  isFilterInsideBranch,
  isTopicLevel,
  parseTopic,
  TOPIC_KINDS,
} from '../../../src/contract/topics.ts'

const scope = { env: 'dev', merchantCode: 'MCH-MST-001', branchCode: 'BRN-MST-OSK00001' }
const level = fc.string({ minLength: 1, maxLength: 64 }).filter(isTopicLevel)

describe('topics', () => {
  it('builds the specification’s example', () => {
    expect(buildTopic(scope, 'product')).toBe('dev/MCH-MST-001/BRN-MST-OSK00001/product/updates')
    expect(branchSubscription(scope)).toBe('dev/MCH-MST-001/BRN-MST-OSK00001/+/updates')
    expect(branchAclFilter(scope)).toBe('dev/MCH-MST-001/BRN-MST-OSK00001/#')
  })

  it('reads back every topic that it builds', () => {
    fc.assert(
      fc.property(level, level, level, fc.constantFrom(...TOPIC_KINDS), (env, merchantCode, branchCode, kind) => {
        const names = { env, merchantCode, branchCode }
        expect(parseTopic(buildTopic(names, kind))).toEqual({ ...names, kind })
      }),
    )
  })

  it.each(['', '+', '#', 'a/b', 'a+', '#b', 'nul\u0000', 'tab\t', ' blank', '$SYS', 'x'.repeat(65)])(
    'refuses %j as a level: it would break out of the topic',
    (name) => {
      expect(isTopicLevel(name)).toBe(false)
      expect(() => buildTopic({ ...scope, branchCode: name }, 'product')).toThrow(RangeError)
      expect(() => buildTopic({ ...scope, merchantCode: name }, 'product')).toThrow(RangeError)
      expect(() => branchSubscription({ ...scope, env: name })).toThrow(RangeError)
    },
  )

  it.each([
    'dev/M/B/product',
    'dev/M/B/product/updates/more',
    'dev/M/B/price/updates',
    'dev//B/product/updates',
    'dev/M/+/product/updates',
  ])('does not take %s for one of ours', (topic) => {
    expect(parseTopic(topic)).toBeNull()
  })

  it('knows which filters stay inside a branch', () => {
    const prefix = 'dev/MCH-MST-001/BRN-MST-OSK00001'
    for (const filter of [`${prefix}/#`, `${prefix}/+/updates`, `${prefix}/product/updates`, `${prefix}/+/+`]) {
      expect(isFilterInsideBranch(filter, scope)).toBe(true)
    }
    for (const filter of [
      '#',
      '+/+/+/product/updates',
      `dev/+/BRN-MST-OSK00001/#`,
      `${prefix}2/#`,
      prefix,
      `${prefix}/#/x`,
      `${prefix}/a+/x`,
      `$share/g/${prefix}/#`,
    ]) {
      expect(isFilterInsideBranch(filter, scope)).toBe(false)
    }
  })
})
