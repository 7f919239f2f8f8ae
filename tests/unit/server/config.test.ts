import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type Config, isConfigError, parseConfig } from '../../../server/config.ts'

type Env = Record<string, string>

function configOf(env: Env): Config {
  const result = parseConfig(env)
  if (isConfigError(result)) throw new Error(result.message)
  return result
}

function errorOf(env: Env): string {
  const result = parseConfig(env)
  if (!isConfigError(result)) throw new Error('accepted')
  return result.message
}

const mosquitto = {
  MQTT_BROKER: 'mosquitto',
  MQTT_URL: 'mqtt://127.0.0.1:1883',
  MQTT_WS_URL: 'ws://192.168.1.5:9001/mqtt',
  MQTT_USERNAME: 'backend',
  MQTT_PASSWORD: 'secret',
}

describe('parseConfig', () => {
  it('needs nothing: the embedded default', () => {
    expect(configOf({})).toEqual({
      port: 8080,
      host: undefined,
      publicUrl: undefined,
      tls: 'off',
      trustProxy: false,
      databaseUrl: undefined,
      dataDir: resolve('data'),
      pgPort: undefined,
      seed: 'demo',
      appEnv: 'dev',
      broker: {
        kind: 'embedded',
        url: undefined,
        wsUrl: undefined,
        username: undefined,
        password: undefined,
        hookSecret: undefined,
        emqxApi: undefined,
      },
      adminToken: undefined,
      logLevel: 'info',
      logUpdates: false,
    })
  })

  it('takes an empty value for none', () => {
    expect(configOf({ PORT: '', TLS: ' ', DATABASE_URL: '' })).toEqual(configOf({}))
  })

  it('seeds the demo shop into the embedded database only, unless told', () => {
    const DATABASE_URL = 'postgres://user:pass@db/mstore'
    expect(configOf({ DATABASE_URL }).seed).toBe('none')
    expect(configOf({ DATABASE_URL, SEED: 'demo' }).seed).toBe('demo')
    expect(configOf({ SEED: 'none' }).seed).toBe('none')
  })

  it('takes the origin of PUBLIC_URL without its last slash', () => {
    expect(configOf({ PUBLIC_URL: 'https://pos.example.com/' }).publicUrl).toBe('https://pos.example.com')
  })

  it.each([
    ['PORT', '80a'],
    ['PORT', '70000'],
    ['PORT', '-1'],
    ['HOST', 'a b'],
    ['PUBLIC_URL', 'pos.example.com'],
    ['PUBLIC_URL', 'https://pos.example.com/shop'],
    ['TLS', 'on'],
    ['DATABASE_URL', 'mysql://x/y'],
    ['PG_PORT', '0'],
    ['SEED', 'yes'],
    ['APP_ENV', 'a/b'],
    ['APP_ENV', '+'],
    ['MQTT_BROKER', 'rabbit'],
    ['MQTT_URL', 'localhost:1883'],
    ['MQTT_WS_URL', 'http://x'],
    ['MQTT_HOOK_SECRET', 'short'],
    ['ADMIN_TOKEN', 'short'],
    ['LOG_LEVEL', 'loud'],
    ['LOG_UPDATES', 'yes'],
  ])('refuses %s=%s in one line that names it', (variable, value) => {
    const message = errorOf({ [variable]: value })
    expect(message).toMatch(new RegExp(`^${variable} takes `))
    expect(message).not.toContain('\n')
  })

  it('never repeats a secret', () => {
    expect(errorOf({ ADMIN_TOKEN: 'hunter2' })).not.toContain('hunter2')
    expect(errorOf({ PG_PASSWORD: 'hunter2' })).not.toContain('hunter2')
    expect(errorOf({ MQTT_HOOK_SECRET: 'hunter2' })).not.toContain('hunter2')
    for (const name of ['DATABASE_URL', 'MQTT_URL', 'MQTT_WS_URL', 'EMQX_API_URL', 'PUBLIC_URL']) {
      expect(errorOf({ [name]: 'mysql://u:hunter2@h/d' })).not.toContain('hunter2')
    }
  })

  it('tells the first of several errors', () => {
    expect(errorOf({ LOG_LEVEL: 'loud', PORT: 'x' })).toMatch(/^PORT /)
  })

  it.each<[string, Env]>([
    ['TLS_KEY', { TLS_CERT: 'a.crt' }],
    ['TLS_CERT', { TLS_KEY: 'a.key' }],
    ['TLS', { TLS: 'auto', TLS_CERT: 'a.crt', TLS_KEY: 'a.key' }],
    ['PORT', { TLS: 'auto', PORT: '65535' }],
    ['PG_PORT', { PG_PORT: '5433', DATABASE_URL: 'postgres://h/d' }],
    ['PG_PORT', { PG_PORT: '8080' }],
    ['MQTT_URL', { MQTT_URL: 'mqtt://127.0.0.1' }],
    ['MQTT_WS_URL', { ...mosquitto, MQTT_WS_URL: '' }],
    ['MQTT_PASSWORD', { ...mosquitto, MQTT_PASSWORD: '' }],
    ['MQTT_HOOK_SECRET', { ...mosquitto, MQTT_BROKER: 'emqx' }],
    [
      'EMQX_API_SECRET',
      {
        ...mosquitto,
        MQTT_BROKER: 'emqx',
        MQTT_HOOK_SECRET: 'a-long-secret',
        EMQX_API_URL: 'http://emqx:18083',
        EMQX_API_KEY: 'key',
      },
    ],
  ])('refuses a combination by naming %s', (variable, env) => {
    expect(errorOf(env)).toMatch(new RegExp(`^${variable} `))
  })

  it('reads an external broker', () => {
    const { broker } = configOf(mosquitto)
    expect(broker).toMatchObject({
      kind: 'mosquitto',
      url: 'mqtt://127.0.0.1:1883',
      username: 'backend',
      password: 'secret',
    })
  })

  it('reads own certificate files as absolute paths', () => {
    expect(configOf({ TLS_CERT: 'a.crt', TLS_KEY: 'a.key' }).tls).toEqual({
      cert: resolve('a.crt'),
      key: resolve('a.key'),
    })
  })
})
