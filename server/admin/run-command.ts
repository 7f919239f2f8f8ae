import { readFileSync } from 'node:fs'
import { renderUnicodeCompact } from 'uqr'
import * as v from 'valibot'
import { type BrokerConnection, brokerConnectionSchema } from '../../src/contract/owner-people.ts'
import { productSchema } from '../../src/contract/records/product.ts'
import { parseQuantity, parseRupiah } from '../../src/domain/typed-number.ts'
import { type AdminClient, RefusedError } from './admin-client.ts'
import { AdminError, wrongUse } from './admin-error.ts'
import { backUp, restore } from './backup.ts'
import { connect } from './connect.ts'
import { type Arguments, parseArguments } from './parse-arguments.ts'
import { printTable } from './print-table.ts'
import { runTraffic, TRAFFIC_CONNECTIONS } from './traffic.ts'
import { USAGE } from './usage.ts'

const branchesSchema = v.array(
  v.object({ code: v.string(), name: v.string(), merchant_code: v.string(), merchant_name: v.string() }),
)
const devicesSchema = v.array(
  v.object({
    device_id: v.string(),
    device_name: v.string(),
    branch_code: v.string(),
    last_seen_at: v.nullable(v.string()),
    revoked_at: v.nullable(v.string()),
  }),
)
const memberSchema = v.object({ id: v.number(), name: v.string(), role: v.string(), active: v.boolean() })
const pairingCodeSchema = v.object({ pairing_code: v.string(), link: v.string(), expires_at: v.string() })
const importSchema = v.object({
  products: v.number(),
  problems: v.array(v.object({ line: v.number(), reason: v.string() })),
  created: v.optional(v.number()),
  updated: v.optional(v.number()),
  unchanged: v.optional(v.number()),
})
const refusedImportSchema = v.object({ error: v.object({ problems: importSchema.entries.problems }) })

/** What became of a revoked device's connection to the broker. */
const CONNECTION_WORDS: Readonly<Record<BrokerConnection, string>> = {
  ended: 'Its connection to the broker is ended.',
  not_told: 'The broker could not be told; run this again once it is back.',
  not_possible:
    'EMQX_API_URL is not set, so its open connection to EMQX could not be ended: it may hear of stock changes for up to 15 minutes.',
}

type Command = (client: AdminClient, args: Arguments, words: readonly string[]) => Promise<void>

const COMMANDS: Readonly<Record<string, Command>> = {
  'merchant add': async (client, args, words) => {
    args.allow()
    const [code, name] = expectWords(words, ['CODE', 'NAME'])
    await client.call(v.unknown(), 'POST', '/api/v1/admin/merchant', { json: { code, name } })
    console.log(`Merchant ${code} added. Next: npm run admin -- branch add ${code} CODE NAME`)
  },
  'branch add': async (client, args, words) => {
    args.allow()
    const [merchant_code, code, name] = expectWords(words, ['MERCHANT', 'CODE', 'NAME'])
    await client.call(v.unknown(), 'POST', '/api/v1/admin/branch', { json: { merchant_code, code, name } })
    console.log(`Branch ${code} added. Next: npm run admin -- product import ${code} FILE`)
  },
  'branch list': async (client, args, words) => {
    args.allow()
    expectWords(words, [])
    const branches = await client.call(branchesSchema, 'GET', '/api/v1/admin/branch')
    printTable(
      ['BRANCH', 'NAME', 'MERCHANT', ''],
      branches.map((branch) => [branch.code, branch.name, branch.merchant_code, branch.merchant_name]),
    )
  },
  'product list': async (client, args, words) => {
    args.allow('search')
    const [branch_code = ''] = expectWords(words, ['BRANCH'])
    const query = new URLSearchParams({ branch_code, search: args.option('search') ?? '', limit: '1000' })
    const products = await client.call(v.array(productSchema), 'GET', `/api/v1/admin/product?${query}`)
    printTable(
      ['ID', 'NAME', 'PRICE', 'STOCK', 'UNIT', 'SKU', 'BARCODE', 'CATEGORY', 'ACTIVE'],
      products.map((p) => [p.id, p.name, p.price, p.stock, p.unit, p.sku, p.barcode, p.category, p.active]),
    )
  },
  'product add': async (client, args, words) => {
    args.allow('price', 'stock', 'sku', 'barcode', 'category', 'unit')
    const [branch_code, name] = expectWords(words, ['BRANCH', 'NAME'])
    if (args.option('price') === undefined) throw wrongUse('--price is missing')
    const json = { ...productFields(args), branch_code, name }
    printProduct(await client.call(productSchema, 'POST', '/api/v1/admin/product', { json }))
  },
  'product set': async (client, args, words) => {
    args.allow('price', 'stock', 'name', 'sku', 'barcode', 'category', 'unit', 'active', 'reason')
    const [id = ''] = expectWords(words, ['ID'])
    const path = `/api/v1/admin/product/${encodeURIComponent(id)}`
    printProduct(await client.call(productSchema, 'PATCH', path, { json: productFields(args) }))
  },
  'product import': importFile,
  'pairing-code': async (client, args, words) => {
    args.allow('minutes')
    const [branch_code] = expectWords(words, ['BRANCH'])
    const json = { branch_code, minutes: numberOption(args, 'minutes') }
    const code = await client.call(pairingCodeSchema, 'POST', '/api/v1/admin/pairing-code', { json })
    console.log(`${code.link}\n\nCode ${code.pairing_code.slice(0, 4)}-${code.pairing_code.slice(4)}`)
    console.log(`For one tablet, until ${new Date(code.expires_at).toLocaleString()}\n`)
    console.log(renderUnicodeCompact(code.link, { border: 2 }))
  },
  'device list': async (client, args, words) => {
    args.allow('branch')
    expectWords(words, [])
    const branch = args.option('branch')
    const query = branch === undefined ? '' : `?${new URLSearchParams({ branch_code: branch })}`
    const devices = await client.call(devicesSchema, 'GET', `/api/v1/admin/device${query}`)
    printTable(
      ['DEVICE', 'NAME', 'BRANCH', 'LAST SEEN', 'REVOKED'],
      devices.map((d) => [d.device_id, d.device_name, d.branch_code, d.last_seen_at, d.revoked_at]),
    )
  },
  'device revoke': async (client, args, words) => {
    args.allow()
    const [id = ''] = expectWords(words, ['ID'])
    const path = `/api/v1/admin/device/${encodeURIComponent(id)}/revoke`
    const { broker } = await client.call(v.object({ broker: brokerConnectionSchema }), 'POST', path)
    console.log(`${id} is shut out.`)
    console.log(CONNECTION_WORDS[broker])
  },
  'staff list': async (client, args, words) => {
    args.allow()
    const [branch_code = ''] = expectWords(words, ['BRANCH'])
    const query = new URLSearchParams({ branch_code })
    const staff = await client.call(v.array(memberSchema), 'GET', `/api/v1/admin/staff?${query}`)
    printTable(
      ['ID', 'NAME', 'ROLE', 'ACTIVE'],
      staff.map(({ id, name, role, active }) => [id, name, role, active]),
    )
  },
  'staff add': async (client, args, words) => {
    args.allow('role', 'pin')
    const [branch_code, name] = expectWords(words, ['BRANCH', 'NAME'])
    const json = { branch_code, name, role: args.option('role'), pin: args.option('pin') }
    const member = await client.call(memberSchema, 'POST', '/api/v1/admin/staff', { json })
    console.log(`${member.name} added as ${member.role} (${member.id})`)
  },
  stock: async (client, args, words) => {
    args.allow('reason')
    const [id = '', how, amount = ''] = expectWords(words, ['ID', 'set|by', 'N'])
    if (how !== 'set' && how !== 'by') throw wrongUse('stock takes "set N" or "by N"')
    const change = how === 'set' ? { stock: parseNumber('N', amount) } : { delta: parseNumber('N', amount) }
    const json = { product_id: parseNumber('ID', id), ...change, reason: args.option('reason') }
    printProduct(await client.call(productSchema, 'POST', '/api/v1/admin/stock', { json }))
  },
  traffic: async (client, args, words) => {
    args.allow('branch', 'rate', 'seconds', 'products')
    expectWords(words, [])
    const branchCode = args.option('branch')
    const rate = numberOption(args, 'rate')
    if (branchCode === undefined) throw wrongUse('--branch is missing')
    if (rate === undefined || rate <= 0) throw wrongUse('--rate takes changes a second, more than 0')
    const seconds = numberOption(args, 'seconds') ?? Number.POSITIVE_INFINITY
    await runTraffic(client, { branchCode, rate, seconds, products: numberOption(args, 'products') ?? 200 })
  },
}

/** Commands that need the server's folder, not only its REST. */
const LOCAL_COMMANDS: Readonly<Record<string, (env: Env, file: string) => Promise<void>>> = { backup: backUp, restore }

type Env = Readonly<Record<string, string | undefined>>

/** Runs one command line. Throws AdminError with words for a person. */
export async function runCommand(argv: readonly string[], env: Env): Promise<void> {
  const args = parseArguments(argv)
  const { words } = args
  if (args.flag('help') || words[0] === 'help') {
    console.log(USAGE)
    return
  }
  const local = Object.hasOwn(LOCAL_COMMANDS, words[0] ?? '') ? LOCAL_COMMANDS[words[0] ?? ''] : undefined
  if (local) {
    args.allow()
    const [file = ''] = expectWords(words.slice(1), ['FILE'])
    await local(env, file)
    return
  }
  const name = [words.slice(0, 2).join(' '), words[0] ?? ''].find((each) => Object.hasOwn(COMMANDS, each))
  const command = name === undefined || !Object.hasOwn(COMMANDS, name) ? undefined : COMMANDS[name]
  if (name === undefined || !command) {
    throw wrongUse(words.length === 0 ? 'A command is missing' : `There is no command "${words.slice(0, 2).join(' ')}"`)
  }
  const client = connect(env, TRAFFIC_CONNECTIONS)
  try {
    await command(client, args, words.slice(name.split(' ').length))
  } finally {
    client.close()
  }
}

async function importFile(client: AdminClient, args: Arguments, words: readonly string[]): Promise<void> {
  args.allow('dry-run')
  const [branch_code = '', file = ''] = expectWords(words, ['BRANCH', 'FILE'])
  const dryRun = args.flag('dry-run')
  const path = `/api/v1/admin/product/import?${new URLSearchParams({ branch_code, dry_run: dryRun ? '1' : '0' })}`
  const answer = await client.call(importSchema, 'POST', path, { csv: readBytes(file) }).catch((error: unknown) => {
    const refused = error instanceof RefusedError ? v.safeParse(refusedImportSchema, error.body) : null
    if (refused?.success) printProblems(file, refused.output.error.problems)
    throw error
  })
  printProblems(file, answer.problems)
  if (answer.problems.length > 0) throw new AdminError(`${answer.problems.length} of its lines are wrong`)
  if (dryRun) console.log(`${answer.products} products can be imported. Nothing was changed.`)
  else {
    const { created = 0, updated = 0, unchanged = 0 } = answer
    console.log(`${created} products created, ${updated} updated, ${unchanged} unchanged`)
  }
}

function printProblems(file: string, problems: v.InferOutput<typeof importSchema>['problems']): void {
  for (const { line, reason } of problems) console.error(`${file}:${line}: ${reason}`)
}

/** The server finds out the encoding, for every way in. */
function readBytes(file: string): Uint8Array {
  try {
    return readFileSync(file)
  } catch (error) {
    throw new AdminError(`${file} cannot be read`, { cause: error })
  }
}

/** Exactly these words, by name for the message. */
function expectWords(words: readonly string[], names: readonly string[]): readonly string[] {
  if (words.length < names.length) throw wrongUse(`${names.slice(words.length).join(' and ')} is missing`)
  if (words.length > names.length) throw wrongUse(`"${words[names.length]}" is one word too many; put names in quotes`)
  return words
}

/** Only what was given: a field that is left out keeps its value. An empty text takes a value away. */
function productFields(args: Arguments): Record<string, unknown> {
  const fields: Record<string, unknown> = {}
  const price = args.option('price')
  if (price !== undefined) fields.price = parsePrice(price)
  const stock = numberOption(args, 'stock')
  if (stock !== undefined) fields.stock = stock
  for (const name of ['sku', 'barcode', 'category'] as const) {
    const value = args.option(name)
    if (value !== undefined) fields[name] = value === '' ? null : value
  }
  for (const name of ['name', 'unit', 'reason'] as const) {
    const value = args.option(name)
    if (value !== undefined) fields[name] = value
  }
  const active = args.option('active')
  if (active !== undefined && active !== 'yes' && active !== 'no') throw wrongUse('--active takes yes or no')
  if (active !== undefined) fields.active = active === 'yes'
  return fields
}

function numberOption(args: Arguments, name: 'stock' | 'minutes' | 'rate' | 'seconds' | 'products') {
  const text = args.option(name)
  return text === undefined ? undefined : parseNumber(`--${name}`, text)
}

function parseNumber(name: string, text: string): number {
  const value = parseQuantity(text, { signed: true })
  if (value === null) throw wrongUse(`${name} takes a number with one reading, such as 1500 or 0.5, not "${text}"`)
  return value
}

function parsePrice(text: string): number {
  const price = parseRupiah(text)
  if (price === null) throw wrongUse(`--price takes whole rupiah, such as 15000, not "${text}"`)
  return price
}

function printProduct(product: v.InferOutput<typeof productSchema>): void {
  console.log(`${product.id} ${product.name}: Rp ${product.price}, stock ${product.stock} ${product.unit}`)
}
