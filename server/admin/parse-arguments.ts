import { parseArgs } from 'node:util'
import { wrongUse } from './admin-error.ts'

const OPTIONS = {
  price: { type: 'string' },
  stock: { type: 'string' },
  name: { type: 'string' },
  sku: { type: 'string' },
  barcode: { type: 'string' },
  category: { type: 'string' },
  unit: { type: 'string' },
  active: { type: 'string' },
  reason: { type: 'string' },
  search: { type: 'string' },
  branch: { type: 'string' },
  minutes: { type: 'string' },
  role: { type: 'string' },
  pin: { type: 'string' },
  rate: { type: 'string' },
  seconds: { type: 'string' },
  products: { type: 'string' },
  'dry-run': { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const

export type OptionName = keyof typeof OPTIONS

export interface Arguments {
  readonly words: readonly string[]
  /** The option's text, or undefined. */
  option(name: Exclude<OptionName, 'dry-run' | 'help'>): string | undefined
  flag(name: 'dry-run' | 'help'): boolean
  /** Throws unless only these options were given. */
  allow(...names: readonly OptionName[]): void
}

/** Throws a usage error for an unknown option. A negative number is a value, not an option. */
export function parseArguments(argv: readonly string[]): Arguments {
  const { values, positionals } = parse(joinNegatives(argv))
  return {
    words: positionals.map((word) => (word.startsWith(NEGATIVE) ? word.slice(NEGATIVE.length) : word)),
    option: (name) => values[name],
    flag: (name) => values[name] ?? false,
    allow(...names) {
      const other = Object.keys(values).find((name) => !names.some((allowed) => allowed === name))
      if (other !== undefined) throw wrongUse(`--${other} has no meaning here`)
    },
  }
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true, strict: true })
  } catch (error) {
    throw wrongUse(error instanceof Error ? (error.message.split('. ', 1)[0] ?? '') : String(error))
  }
}

/** Hides a leading minus from parseArgs, which takes it for an option. */
const NEGATIVE = '\u0000'

function joinNegatives(argv: readonly string[]): readonly string[] {
  return argv.reduce<string[]>((joined, argument) => {
    const before = joined.at(-1)
    if (!/^-\d/.test(argument)) joined.push(argument)
    else if (before !== undefined && isOptionWithValue(before)) joined.splice(-1, 1, `${before}=${argument}`)
    else joined.push(NEGATIVE + argument)
    return joined
  }, [])
}

function isOptionWithValue(argument: string): boolean {
  const name = argument.slice(2)
  return (
    argument.startsWith('--') && Object.entries(OPTIONS).some(([key, { type }]) => key === name && type === 'string')
  )
}
