import { describe, expect, it } from 'vitest'
import { networkOf } from '../../../server/network-of.ts'

describe('the addresses of strangers', () => {
  it('are counted by the network of an IPv6 home, not by each of its addresses', () => {
    expect(networkOf('2001:db8:0:1:aaaa:bbbb:cccc:dddd')).toBe('2001:db8:0:1::/64')
    expect(networkOf('2001:0db8::1:0:0:0:9')).toBe('2001:db8:0:1::/64')
    expect(networkOf('2001:db8:0:2::1')).not.toBe(networkOf('2001:db8:0:1::1'))
    expect(networkOf('192.168.1.7')).toBe('192.168.1.7')
  })

  it.each([
    ['::1', '::1'],
    ['0:0:0:0:0:0:0:1', '::1'],
    ['2001:DB8::5', '2001:db8::/64'],
    ['1:0:0:2:3:4:5:6', '1:0:0:2::/64'],
    ['fe80::1%eth0', 'fe80::/64'],
    ['::', '::/64'],
    ['::ffff:192.168.1.7', '192.168.1.7'],
    ['::FFFF:c0a8:107', '192.168.1.7'],
    ['64:ff9b::192.0.2.1', '64:ff9b::/64'],
    ['no address', 'no address'],
    ['', ''],
  ])('%s is read as %s: one spelling, which people know (RFC 5952)', (address, spelling) => {
    expect(networkOf(address)).toBe(spelling)
    expect(networkOf(spelling)).toBe(spelling)
  })
})
