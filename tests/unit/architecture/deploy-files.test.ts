import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { DEFAULT_TIMING } from '../../../server/publisher/publisher.ts'
import { buildTopic } from '../../../src/contract/topics.ts'

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

  it('[I5] EMQX has room for two bursts in its queue, and the heap for that queue', () => {
    const setting = (name: string) => Number(new RegExp(`^ {2}${name} = (\\d+)(?:MB)?$`, 'm').exec(emqx)?.[1])
    expect(setting('max_mqueue_len')).toBeGreaterThanOrEqual(2 * DEFAULT_TIMING.floodEvents)
    // 10,000 in 32 MB ended the counter's connection, measured on 5.8.9: four times the room for each.
    expect(setting('max_heap_size') / setting('max_mqueue_len')).toBeGreaterThanOrEqual((4 * 32) / 10_000)
    expect(emqx).toMatch(/^flapping_detect \{\n {2}enable = true$/m)
    for (const zone of ['counters', 'backend']) {
      expect(emqx).toMatch(new RegExp(`^zones\\.${zone} \\{[^}]*max_subscriptions = 16$`, 'm'))
    }
  })

  it('[I4] EMQX asks about no deeper topic than ours; left alone it lets the backend publish, nobody else', () => {
    const scope = { env: 'e', merchantCode: 'm', branchCode: 'b' }
    expect(emqx).toContain(`\n  max_topic_levels = ${buildTopic(scope, 'product').split('/').length}\n`)
    const rules = read('deploy/emqx/acl.conf')
      .replaceAll(/^%%.*$/gm, '')
      .split(/\.\s*$/m)
      .map((rule) => rule.trim())
      .filter((rule) => rule !== '')
    expect(rules.at(-1)).toBe('{deny, all}')
    const [allowed = '', ...others] = rules.filter((rule) => rule.startsWith('{allow'))
    expect(others).toEqual([])
    expect(allowed).toMatch(/^\{allow, \{username, "mstore-backend"\}, publish,/)
    const topics = [...allowed.matchAll(/"([^"]*\/[^"]*)"/g)].map(([, topic = '']) => topic)
    expect(topics).toHaveLength(4)
    // Another environment's server has the same user.
    for (const topic of topics) expect(topic).toMatch(/^\$\{client_attrs\.mstore_env\}\/\+\/\+\/\w+\/updates$/)
  })

  it('EMQX gets an API key wherever a set-up is shown: without it revoking ends no connection', () => {
    for (const name of ['EMQX_API_KEY', 'EMQX_API_SECRET']) {
      expect(read('compose.yaml')).toContain(`${name}: \${${name}:?`)
      expect(read('deploy/.env.example')).toMatch(new RegExp(`^${name}=`, 'm'))
    }
    for (const name of ['EMQX_API_URL', 'EMQX_API_KEY', 'EMQX_API_SECRET']) {
      expect(read('CONTRIBUTING.md')).toContain(`${name}=`)
      expect(read('deploy/README.md')).toContain(name)
    }
  })

  it('[I5] Mosquitto takes no more connections, bytes and patience of a client than a shop needs', () => {
    const mosquitto = read('deploy/mosquitto/mosquitto.conf')
    const values = (name: string) =>
      [...mosquitto.matchAll(new RegExp(`^${name} (\\d+)$`, 'gm'))].map(([, value]) => Number(value))
    // Of the server's listener, and of the tablets'.
    expect(values('max_connections')).toEqual([32, 1_000])
    for (const name of ['max_queued_messages', 'max_queued_bytes', 'max_packet_size', 'max_keepalive']) {
      expect([name, values(name)]).toEqual([name, [expect.any(Number)]])
    }
    // What the longest event needs, and no more.
    expect(values('max_packet_size')[0]).toBeLessThan(300_000)
    expect(mosquitto).toMatch(/^allow_anonymous false$/m)
  })
})
