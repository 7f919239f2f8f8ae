import type { NetworkInterfaceInfo } from 'node:os'
import { describe, expect, it } from 'vitest'
import { lanAddress, machineNames } from '../../../server/tls/machine-names.ts'

function ipv4(address: string, internal = false): NetworkInterfaceInfo {
  return {
    address,
    netmask: '255.255.255.0',
    family: 'IPv4',
    mac: '00:00:00:00:00:00',
    internal,
    cidr: `${address}/24`,
  }
}
function ipv6(address: string): NetworkInterfaceInfo {
  return {
    address,
    netmask: 'ffff::',
    family: 'IPv6',
    mac: '00:00:00:00:00:00',
    internal: false,
    cidr: null,
    scopeid: 0,
  }
}

describe('lanAddress', () => {
  it('is the first private IPv4 address', () => {
    expect(lanAddress({ lo: [ipv4('127.0.0.1', true)], eth0: [ipv6('fd00::1'), ipv4('192.168.1.5')] })).toBe(
      '192.168.1.5',
    )
    expect(lanAddress({ eth0: [ipv4('172.20.0.3')] })).toBe('172.20.0.3')
  })

  it('is none of a network inside the machine, nor a public one', () => {
    expect(
      lanAddress({ docker0: [ipv4('172.17.0.1')], eth0: [ipv4('203.0.113.9')], eth1: [ipv4('172.32.0.1')] }),
    ).toBeNull()
    expect(lanAddress({ docker0: [ipv4('172.17.0.1')], wlan0: [ipv4('10.0.0.7')] })).toBe('10.0.0.7')
  })
})

describe('machineNames', () => {
  it('holds every name and address by which a browser can reach the machine', () => {
    const interfaces = { lo: [ipv4('127.0.0.1', true)], eth0: [ipv4('192.168.1.5'), ipv6('fe80::1'), ipv6('fd00::1')] }
    expect(machineNames('Kasir-PC.shop.lan', interfaces)).toEqual([
      'localhost',
      'kasir-pc',
      'kasir-pc.local',
      'kasir-pc.shop.lan',
      '127.0.0.1',
      '192.168.1.5',
      'fd00::1',
    ])
  })

  it('leaves out a host name that no certificate can carry', () => {
    expect(machineNames('kasir_pc', {})).toEqual(['localhost', '127.0.0.1'])
  })
})
