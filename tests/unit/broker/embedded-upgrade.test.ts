import { IncomingMessage } from 'node:http'
import { Socket } from 'node:net'
import { expect, it } from 'vitest'
import { createAddressFinder } from '../../../server/broker/embedded-upgrade.ts'

// A peer that is gone before its request is looked at has no address any more.
it.each([false, '127.0.0.1', 'loopback'] as const)(
  'finds no address of a peer that is gone, with trust in %s',
  (trust) => {
    expect(createAddressFinder(trust)(new IncomingMessage(new Socket()))).toBe('')
  },
)
