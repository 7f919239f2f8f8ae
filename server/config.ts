/**
 * Every environment variable of the server, parsed once (architecture section 3). Nothing else reads `process.env`. An
 * empty value counts as unset, because Compose files and shells hand those over for "not given".
 */
import { resolve } from 'node:path'
import * as v from 'valibot'
import { codeSchema } from '../src/contract/values.ts'
import type { BrokerConfig } from './broker/create-broker.ts'

export type BrokerKind = BrokerConfig['kind']

export interface TlsFiles {
  readonly cert: string
  readonly key: string
}

export interface Config {
  /** 0 takes any free port (tests). */
  readonly port: number
  /** Undefined is every interface, IPv6 too where the machine has it. */
  readonly host: string | undefined
  /** Origin that printed links use, without a slash at the end; undefined: made from the LAN address. */
  readonly publicUrl: string | undefined
  /** `auto`: own local CA; files: paths of the owner's certificate and key. */
  readonly tls: 'off' | 'auto' | TlsFiles
  /** What Fastify trusts to say the client's address: false, or a list of proxies' addresses. */
  readonly trustProxy: false | string
  /** Undefined: the embedded PGlite in `dataDir`. */
  readonly databaseUrl: string | undefined
  /** Absolute path. */
  readonly dataDir: string
  /** Loopback port on which the embedded database speaks the PostgreSQL protocol. */
  readonly pgPort: number | undefined
  /** Undefined: the one that is kept in `dataDir`. */
  readonly pgPassword: string | undefined
  readonly seed: 'demo' | 'none'
  /** First level of every topic. */
  readonly appEnv: string
  readonly broker: {
    readonly kind: BrokerKind
    readonly url: string | undefined
    readonly wsUrl: string | undefined
    readonly username: string | undefined
    readonly password: string | undefined
    readonly hookSecret: string | undefined
    readonly emqxApi: { readonly url: string; readonly key: string; readonly secret: string } | undefined
  }
  /** Undefined: kept in, or generated into, `dataDir/admin-token`. */
  readonly adminToken: string | undefined
  readonly logLevel: LogLevel
  /** Each published event is a line at `info` (specification section 7). */
  readonly logUpdates: boolean
}

/** The part that the broker's adapters take. */
export function brokerConfigOf({ broker, appEnv, trustProxy }: Config): BrokerConfig {
  return { ...broker, env: appEnv, trustProxy }
}

/** One line for the person who starts the server. */
export interface ConfigError {
  readonly variable: string
  readonly message: string
}

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const
export type LogLevel = (typeof LOG_LEVELS)[number]

const DEFAULT_PORT = 8080
const DEFAULT_DATA_DIR = './data'
const MIN_SECRET_LENGTH = 8
const MIN_ADMIN_TOKEN_LENGTH = 16

const portSchema = (lowest: number) =>
  v.pipe(v.string(), v.regex(/^\d{1,5}$/), v.transform(Number), v.minValue(lowest), v.maxValue(65_535))

const urlSchema = (protocols: readonly string[]) =>
  v.pipe(
    v.string(),
    v.check((text) => protocols.some((protocol) => text.startsWith(`${protocol}://`)) && URL.canParse(text)),
  )

const originSchema = v.pipe(
  urlSchema(['http', 'https']),
  v.transform((text) => new URL(text)),
  v.check((url) => url.pathname === '/' && url.search === '' && url.hash === ''),
  v.transform((url) => url.origin),
)

const hostSchema = v.pipe(v.string(), v.regex(/^[A-Za-z0-9._:-]+$/))
const secretSchema = (length: number) => v.pipe(v.string(), v.minLength(length), v.regex(/^[\x21-\x7e]+$/))

/** Each variable with its check and, in words, what it takes. The order is the order in which errors are found. */
const variables = {
  PORT: [portSchema(0), 'a port number from 0 to 65535'],
  HOST: [hostSchema, 'a host name or address to listen on'],
  PUBLIC_URL: [originSchema, 'an http:// or https:// address without a path, e.g. https://pos.example.com'],
  TLS: [v.picklist(['off', 'auto']), '"off" or "auto"'],
  TLS_CERT: [v.string(), 'the path of a PEM certificate'],
  TLS_KEY: [v.string(), 'the path of a PEM key'],
  TRUST_PROXY: [
    v.pipe(v.string(), v.regex(/^[A-Za-z0-9.:/, ]+$/)),
    '"off", "loopback", or addresses of proxies, separated by commas',
  ],
  DATABASE_URL: [urlSchema(['postgres', 'postgresql']), 'a postgres:// address'],
  DATA_DIR: [v.string(), 'a folder'],
  PG_PORT: [portSchema(1), 'a port number from 1 to 65535'],
  PG_PASSWORD: [v.pipe(v.string(), v.minLength(8)), 'at least 8 characters'],
  SEED: [v.picklist(['demo', 'none']), '"demo" or "none"'],
  APP_ENV: [codeSchema, 'one level of an MQTT topic, e.g. "dev" or "prod", without + # /'],
  MQTT_BROKER: [v.picklist(['embedded', 'mosquitto', 'emqx']), '"embedded", "mosquitto" or "emqx"'],
  MQTT_URL: [urlSchema(['mqtt', 'mqtts', 'ws', 'wss', 'tcp', 'ssl']), 'an mqtt://, mqtts://, ws:// or wss:// address'],
  MQTT_WS_URL: [urlSchema(['ws', 'wss']), 'a ws:// or wss:// address that browsers can reach'],
  MQTT_USERNAME: [v.string(), "the backend's user name at the broker"],
  MQTT_PASSWORD: [v.string(), "the backend's password at the broker"],
  MQTT_HOOK_SECRET: [
    secretSchema(MIN_SECRET_LENGTH),
    `a secret of at least ${MIN_SECRET_LENGTH} characters without blanks`,
  ],
  EMQX_API_URL: [urlSchema(['http', 'https']), "an http:// or https:// address of EMQX's REST API"],
  EMQX_API_KEY: [v.string(), 'an API key of EMQX'],
  EMQX_API_SECRET: [v.string(), 'the secret of that API key'],
  ADMIN_TOKEN: [
    secretSchema(MIN_ADMIN_TOKEN_LENGTH),
    `a secret of at least ${MIN_ADMIN_TOKEN_LENGTH} characters without blanks`,
  ],
  LOG_LEVEL: [v.picklist(LOG_LEVELS), `one of ${LOG_LEVELS.join(', ')}`],
  LOG_UPDATES: [v.picklist(['0', '1']), '"1" for a line for each published event, or "0"'],
} as const

type Variables = typeof variables
type Name = keyof Variables
type Values = { [N in Name]: v.InferOutput<Variables[N][0]> | undefined }

/** Variables whose value must not be repeated on a terminal or in a log. */
const SECRETS: ReadonlySet<string> = new Set<Name>([
  'PG_PASSWORD',
  'DATABASE_URL',
  'PUBLIC_URL',
  'MQTT_URL',
  'MQTT_WS_URL',
  'EMQX_API_URL',
  'MQTT_PASSWORD',
  'MQTT_HOOK_SECRET',
  'EMQX_API_SECRET',
  'ADMIN_TOKEN',
])

/**
 * Parses the environment into a Config, or into the first error, naming the variable and what it takes. Pure: paths are
 * resolved against the working directory but nothing is read.
 */
export function parseConfig(env: Readonly<Record<string, string | undefined>>): Config | ConfigError {
  const values: Partial<Record<Name, unknown>> = {}
  for (const [name, [schema, takes]] of Object.entries(variables)) {
    const text = env[name]?.trim()
    if (text === undefined || text === '') continue
    const parsed = v.safeParse(schema, text)
    if (!parsed.success) {
      const given = SECRETS.has(name) ? 'the given value' : JSON.stringify(text)
      return { variable: name, message: `${name} takes ${takes}; ${given} is not that` }
    }
    Object.assign(values, { [name]: parsed.output })
  }
  // Each value was parsed by the schema that stands beside its name.
  return combine(values as Partial<Values>)
}

export function isConfigError(result: Config | ConfigError): result is ConfigError {
  return 'variable' in result
}

/** What the variables mean together: defaults that depend on others, and combinations that cannot be meant. */
function combine(values: Partial<Values>): Config | ConfigError {
  const wrong = findWrongCombination(values)
  if (wrong) return wrong
  const { TLS_CERT, TLS_KEY, EMQX_API_URL, EMQX_API_KEY, EMQX_API_SECRET, TRUST_PROXY } = values
  return {
    port: values.PORT ?? DEFAULT_PORT,
    host: values.HOST,
    publicUrl: values.PUBLIC_URL,
    tls: TLS_CERT && TLS_KEY ? { cert: resolve(TLS_CERT), key: resolve(TLS_KEY) } : (values.TLS ?? 'off'),
    trustProxy: TRUST_PROXY === undefined || TRUST_PROXY === 'off' ? false : TRUST_PROXY,
    databaseUrl: values.DATABASE_URL,
    dataDir: resolve(values.DATA_DIR ?? DEFAULT_DATA_DIR),
    pgPort: values.PG_PORT,
    pgPassword: values.PG_PASSWORD,
    seed: values.SEED ?? (values.DATABASE_URL ? 'none' : 'demo'),
    appEnv: values.APP_ENV ?? 'dev',
    broker: {
      kind: values.MQTT_BROKER ?? 'embedded',
      url: values.MQTT_URL,
      wsUrl: values.MQTT_WS_URL,
      username: values.MQTT_USERNAME,
      password: values.MQTT_PASSWORD,
      hookSecret: values.MQTT_HOOK_SECRET,
      emqxApi:
        EMQX_API_URL && EMQX_API_KEY && EMQX_API_SECRET
          ? { url: EMQX_API_URL, key: EMQX_API_KEY, secret: EMQX_API_SECRET }
          : undefined,
    },
    adminToken: values.ADMIN_TOKEN,
    logLevel: values.LOG_LEVEL ?? 'info',
    logUpdates: values.LOG_UPDATES === '1',
  }
}

function findWrongCombination(values: Partial<Values>): ConfigError | null {
  const error = (variable: Name, message: string): ConfigError => ({ variable, message: `${variable} ${message}` })
  const kind = values.MQTT_BROKER ?? 'embedded'
  if (values.TLS_CERT && !values.TLS_KEY) return error('TLS_KEY', 'is missing: TLS_CERT needs it')
  if (values.TLS_KEY && !values.TLS_CERT) return error('TLS_CERT', 'is missing: TLS_KEY needs it')
  if (values.TLS_CERT && values.TLS) return error('TLS', 'cannot be given together with TLS_CERT and TLS_KEY')
  if (values.TLS === 'auto' && values.PORT === 65_535) {
    return error('PORT', 'takes at most 65534 with TLS=auto: the page about trust is served on the next port')
  }
  if (values.PG_PORT && values.DATABASE_URL) {
    return error('PG_PORT', 'opens the embedded database and cannot be given together with DATABASE_URL')
  }
  if (values.PG_PORT && values.PG_PORT === (values.PORT ?? DEFAULT_PORT)) return error('PG_PORT', 'is the same as PORT')
  if (kind === 'embedded' && values.MQTT_URL) {
    return error('MQTT_URL', 'is for an external broker: set MQTT_BROKER to mosquitto or emqx')
  }
  if (kind === 'embedded') return null
  for (const name of ['MQTT_URL', 'MQTT_WS_URL', 'MQTT_USERNAME', 'MQTT_PASSWORD'] as const) {
    if (!values[name]) return error(name, `is missing: MQTT_BROKER=${kind} needs ${variables[name][1]}`)
  }
  if (kind !== 'emqx') return null
  if (!values.MQTT_HOOK_SECRET) {
    return error('MQTT_HOOK_SECRET', 'is missing: with MQTT_BROKER=emqx it proves that the calls come from EMQX')
  }
  const api = (['EMQX_API_URL', 'EMQX_API_KEY', 'EMQX_API_SECRET'] as const).filter((name) => !values[name])
  const [missing] = api
  return missing && api.length < 3 ? error(missing, 'is missing: the three EMQX_API_… belong together') : null
}
