import type { networkInterfaces } from 'node:os'

type Interfaces = ReturnType<typeof networkInterfaces>

/**
 * Everything by which this machine may be reached, for a certificate: names first, then addresses. Link-local IPv6 addresses
 * are left out: they carry an interface name that no browser can use. Sorted, so that the same machine gives the same list.
 */
export function machineNames(hostname: string, interfaces: Interfaces): readonly string[] {
  const short = hostname.toLowerCase().split('.', 1)[0] ?? ''
  const hosts = [hostname.toLowerCase(), short, `${short}.local`].filter((name) =>
    /^[a-z0-9-]+(\.[a-z0-9-]+)*$/.test(name),
  )
  const addresses = Object.values(interfaces)
    .flatMap((entries) => entries ?? [])
    .map(({ address }) => address)
    .filter((address) => !address.toLowerCase().startsWith('fe80:') && !address.includes('%'))
  return [...new Set(['localhost', ...hosts.sort(), '127.0.0.1', ...addresses.sort()])]
}

/** Networks inside the machine, which no tablet can reach. */
const VIRTUAL = /^(docker|br-|veth|virbr|vmnet|vboxnet|tun|tap|utun|wg)/

/** The first private IPv4 address: where tablets in the shop's network find this machine. Null without a network. */
export function lanAddress(interfaces: Interfaces): string | null {
  const addresses = Object.entries(interfaces)
    .filter(([name]) => !VIRTUAL.test(name))
    .flatMap(([, entries]) => entries ?? [])
    .filter(({ family, internal }) => family === 'IPv4' && !internal)
    .map(({ address }) => address)
  return addresses.find(isPrivate) ?? null
}

function isPrivate(address: string): boolean {
  return /^(10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.)/.test(address)
}
