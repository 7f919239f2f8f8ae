/**
 * What a local authority may sign for (RFC 5280, section 4.2.1.10): names and addresses that only exist inside of a network, and
 * what this machine was called when the authority was made. A tablet that trusts it believes it nothing about anybody else's
 * site. Pure DER.
 */
import { isIP } from 'node:net'

export const NAME_CONSTRAINTS = '2.5.29.30'
/** The identifier as it stands in a certificate. */
const NAME_CONSTRAINTS_DER = Buffer.from([0x06, 0x03, 0x55, 0x1d, 0x1e])

/** Zones that the public name system does not have; a zone covers what lies in it. */
const PRIVATE_ZONES = ['localhost', 'local', 'lan', 'internal', 'home.arpa']
const PRIVATE_NETWORKS = [
  '127.0.0.0/8',
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '169.254.0.0/16',
  '100.64.0.0/10',
  '::1/128',
  'fc00::/7',
  'fe80::/10',
]

/** The extension's value for an authority of a machine with these names and addresses. */
export function nameConstraints(names: readonly string[]): Buffer {
  const own = names.filter((name) => !isPrivateName(name))
  const subtrees = [...PRIVATE_ZONES, ...PRIVATE_NETWORKS, ...own].map(subtreeOf)
  return tagged(0x30, tagged(0xa0, ...subtrees))
}

/** True when the certificate has name constraints at all; authorities of earlier versions have none. */
export function isConstrained(certificate: Buffer): boolean {
  return certificate.includes(NAME_CONSTRAINTS_DER)
}

/** True when an authority with this certificate may sign for the name or address. */
export function mayHold(certificate: Buffer, name: string): boolean {
  return !isConstrained(certificate) || isPrivateName(name) || certificate.includes(subtreeOf(name))
}

/** In a private zone or network. */
export function isPrivateName(name: string): boolean {
  if (isIP(name) === 0) return PRIVATE_ZONES.some((zone) => name === zone || name.endsWith(`.${zone}`))
  const address = addressBytes(name)
  return PRIVATE_NETWORKS.some((network) => {
    const [base = '', bits = '0'] = network.split('/')
    const start = addressBytes(base)
    if (start.length !== address.length) return false
    return maskOf(Number(bits), start.length).every((mask, index) => ((address[index] ?? 0) & mask) === start[index])
  })
}

/** GeneralSubtree with a dNSName [2] or an iPAddress [7] and its mask. */
function subtreeOf(name: string): Buffer {
  const [base = '', bits] = name.split('/')
  if (isIP(base) === 0) return tagged(0x30, tagged(0x82, Buffer.from(name, 'latin1')))
  const address = addressBytes(base)
  const mask = maskOf(bits === undefined ? address.length * 8 : Number(bits), address.length)
  return tagged(0x30, tagged(0x87, address, Buffer.from(mask)))
}

function maskOf(bits: number, bytes: number): number[] {
  return Array.from({ length: bytes }, (_, index) => (0xff00 >> Math.min(8, Math.max(0, bits - index * 8))) & 0xff)
}

function addressBytes(address: string): Buffer {
  if (isIP(address) === 4) return Buffer.from(address.split('.').map(Number))
  const [head = '', tail] = address.split('::')
  const groups = (text: string) => (text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16)))
  const front = groups(head)
  const back = tail === undefined ? [] : groups(tail)
  const zeros = Array.from({ length: 8 - front.length - back.length }, () => 0)
  const bytes = Buffer.alloc(16)
  for (const [index, group] of [...front, ...zeros, ...back].entries()) bytes.writeUInt16BE(group, index * 2)
  return bytes
}

function tagged(tag: number, ...parts: readonly Buffer[]): Buffer {
  const body = Buffer.concat(parts)
  const length =
    body.length < 0x80
      ? [body.length]
      : body.length < 0x100
        ? [0x81, body.length]
        : [0x82, body.length >> 8, body.length & 0xff]
  return Buffer.concat([Buffer.from([tag, ...length]), body])
}
