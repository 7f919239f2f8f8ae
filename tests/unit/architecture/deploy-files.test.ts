import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

const read = (file: string) => readFileSync(join(import.meta.dirname, '../../..', file), 'utf8')

/** Settings of a block of EMQX's file, without those of the blocks inside of it. */
const settingsOf = (block: string) =>
  new Map(
    [...block.replaceAll(/^ {2}\w+ \{[\s\S]*?^ {2}\}/gm, '').matchAll(/^ {2}(\w+) = "?([^"\n]*)"?$/gm)].map(
      ([, name = '', value = '']) => [name, value] as const,
    ),
  )
const emqx = read('deploy/emqx/emqx.conf')
const listeners = [...emqx.matchAll(/^listeners\.(\w+\.\w+) \{\n([\s\S]*?)^\}/gm)].map(([, name = '', block = '']) => ({
  name,
  settings: settingsOf(block),
}))
const portsIn = (name: string) =>
  new RegExp(`define ${name} = \\{ ([\\d, ]+) \\}`).exec(read('deploy/firewall/mstore.nft'))?.[1]?.split(', ') ?? []

describe('brokers that are shipped', () => {
  it('[I5] open to the network only what has the limits of tablets', () => {
    expect(listeners.map(({ name }) => name)).toEqual(['tcp.default', 'ws.default', 'ssl.default', 'wss.default'])
    for (const { name, settings } of listeners) {
      const [address, port = ''] = settings.get('bind')?.split(':') ?? []
      expect([name, Number(settings.get('max_connections') ?? 0) > 0 || settings.get('enable') === 'false']).toEqual([
        name,
        true,
      ])
      if (settings.get('zone') === 'counters') {
        expect([name, [...settings.keys()]]).toEqual([
          name,
          expect.arrayContaining(['max_connections', 'max_conn_rate', 'messages_rate', 'bytes_rate']),
        ])
        expect(portsIn('ports')).toContain(port)
      } else if (settings.get('enable') !== 'false') {
        expect([name, address]).toEqual([name, '127.0.0.1'])
        expect(portsIn('backends')).toContain(port)
      }
    }
    expect(emqx).toMatch(/^zones\.counters \{[\s\S]*?max_packet_size = 2KB/m)
    expect(emqx).toMatch(/^zones\.backend \{/m)
    expect(read('deploy/mosquitto/mosquitto.conf').match(/^listener .*$/gm)).toEqual([
      'listener 1883 127.0.0.1',
      'listener 9001',
    ])
  })

  it('[I5] keep EMQX’s API to this machine, and Compose opens it and 1883 to its own services alone', () => {
    expect(emqx).toMatch(/^ {2}listeners\.http \{\n {4}bind = "127\.0\.0\.1:18083"$/m)
    expect(portsIn('backends')).toContain('18083')
    const compose = read('compose.yaml')
    expect(compose).toContain('EMQX_LISTENERS__TCP__DEFAULT__BIND: "0.0.0.0:1883"')
    expect(compose).toContain('EMQX_DASHBOARD__LISTENERS__HTTP__BIND: "0.0.0.0:18083"')
    const published = [...compose.matchAll(/^ {6}- "([\d.:]+)"$/gm)].map(([, port]) => port)
    expect(published).toEqual(['127.0.0.1:18083:18083', '127.0.0.1:8080:8080', '80:80', '443:443'])
  })
})
