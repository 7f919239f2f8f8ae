import { isIPv6, SocketAddress } from 'node:net'

const IPV6_GROUPS = 8
const NETWORK_GROUPS = 4

/**
 * By what attempts from an address are counted, and what an owner reads of it. A home has a whole IPv6 network (/64): another address
 * of it is no other client. This machine's own stands alone. Spelled as RFC 5952 has it; what is no address stays as it is.
 */
export function networkOf(address: string): string {
  if (!isIPv6(address)) return address
  const spelled = spell(address)
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/.exec(spelled)?.[1]
  if (mapped !== undefined) return mapped
  if (spelled === '::1') return spelled
  const [head = '', tail = ''] = spelled.split('::')
  const before = head === '' ? [] : head.split(':')
  const after = tail === '' ? [] : tail.split(':')
  const zeros = Array.from({ length: IPV6_GROUPS - before.length - after.length }, () => '0')
  const network = [...before, ...zeros, ...after].slice(0, NETWORK_GROUPS)
  return `${spell(`${network.join(':')}::`)}/64`
}

/** Without its zone. */
function spell(address: string): string {
  return new SocketAddress({ address, family: 'ipv6' }).address
}
