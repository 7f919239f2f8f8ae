/** What the command line asks for. Pure: it neither prints nor ends the process. */
import { parseArgs } from 'node:util'

export interface PropagationOptions {
  readonly products: number
  /** Updates a second, one phase each. */
  readonly rates: readonly number[]
  /** Length of a phase. */
  readonly seconds: number
  /** The floors and the product take turns this often. */
  readonly rounds: number
  /** Rows of the list that get half of the updates. */
  readonly visible: number
  /** Measure every step between commit and frame too, in a phase of its own at the highest rate. */
  readonly trace: boolean
  /** Wait until nobody else uses the machine, and repeat a phase in which somebody did. */
  readonly quiet: boolean
}

export const SCREEN_PARTS = ['load', 'start', 'search', 'paint'] as const
export type ScreenPart = (typeof SCREEN_PARTS)[number]

export interface ScreenOptions {
  /** What is measured; the device is enrolled and loaded for any of them. */
  readonly parts: readonly ScreenPart[]
  /** Products of the branch, one pass each. */
  readonly sizes: readonly number[]
  /** How many times slower the page's main thread is made, one pass each; 1: not at all. */
  readonly speeds: readonly number[]
  /** Length of a phase of messages. */
  readonly seconds: number
  /** The floor and the product take turns this often. */
  readonly rounds: number
  /** Cold starts. */
  readonly starts: number
  /** Folder for CPU profiles; null: none are made. A profiled run is slower and judges nothing. */
  readonly profile: string | null
}

export interface QueueOptions {
  /** Unsent sales. */
  readonly sales: number
  /** Lines of each. */
  readonly lines: number
}

export interface CartOptions {
  readonly products: number
  /** Lines of the long cart. */
  readonly lines: number
}

export interface CatchUpOptions {
  readonly products: number
  /** Missed changes, at least. */
  readonly changes: number
}

export interface FloodOptions {
  readonly products: number
  readonly counters: number
}

export interface RefreshOptions {
  readonly products: number
}

export interface HistoryOptions {
  /** Of the branch, over the last days. */
  readonly sales: number
}

export interface HandoverOptions {
  /** Of each kind of end. */
  readonly samples: number
}

export interface FairnessOptions {
  /** Unsent sales of one counter. */
  readonly sales: number
  /** Lines of each. */
  readonly lines: number
  /** Sales of one request. */
  readonly batch: number
  /** Lines of a catalogue file that comes in after that. */
  readonly catalogue: number
}

export type BenchCommand =
  | { readonly bench: 'fairness'; readonly options: FairnessOptions; readonly json: string | null }
  | { readonly bench: 'catch-up'; readonly options: CatchUpOptions; readonly json: string | null }
  | { readonly bench: 'flood'; readonly options: FloodOptions; readonly json: string | null }
  | { readonly bench: 'history'; readonly options: HistoryOptions; readonly json: string | null }
  | { readonly bench: 'handover'; readonly options: HandoverOptions; readonly json: string | null }
  | { readonly bench: 'refresh'; readonly options: RefreshOptions; readonly json: string | null }
  | { readonly bench: 'queue'; readonly options: QueueOptions; readonly json: string | null }
  | { readonly bench: 'propagation'; readonly options: PropagationOptions; readonly json: string | null }
  | { readonly bench: 'cart'; readonly options: CartOptions; readonly json: string | null }
  | { readonly bench: 'screen'; readonly options: ScreenOptions; readonly json: string | null }

export const USAGE = `npm run bench -- propagation [--products 10000] [--rates 10,100] [--seconds 20] [--rounds 2]
                              [--visible 15] [--no-trace] [--quiet] [--json FILE]
npm run bench -- screen      [--only load,start,search,paint] [--products 10000,50000] [--throttle 1,6]
                              [--seconds 8] [--rounds 2] [--starts 5] [--profile FOLDER] [--json FILE]
npm run bench -- cart        [--products 10000] [--cart-lines 200] [--json FILE]
npm run bench -- queue       [--sales 1000] [--lines 5] [--json FILE]
npm run bench -- fairness    [--sales 1000] [--lines 5] [--batch 50] [--catalogue 20000] [--json FILE]
npm run bench -- catch-up    [--products 10000] [--changes 100000] [--json FILE]
npm run bench -- flood       [--products 20000] [--counters 1] [--json FILE]
npm run bench -- refresh     [--products 50000] [--json FILE]
npm run bench -- history     [--sales 100000] [--json FILE]
npm run bench -- handover    [--samples 20] [--json FILE]

screen without --only, --products, --throttle and --profile writes its table into docs/benchmarks.md. It fails past the aims in
bench/budgets.json. --throttle 6 slows the page's main thread, not its workers.
--quiet waits until nobody else uses the machine and repeats each phase in which somebody did.
Database and broker as in the browser suite: embedded, or by DATABASE_URL, MQTT_BROKER, MQTT_URL, MQTT_WS_URL,
MQTT_USERNAME, MQTT_PASSWORD (and a fixed PORT for an EMQX that calls back).`

/** Throws Error with one line that says what is wrong. */
export function parseBenchCommand(args: readonly string[]): BenchCommand {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    allowNegative: true,
    options: {
      products: { type: 'string' },
      rates: { type: 'string', default: '10,100' },
      seconds: { type: 'string' },
      rounds: { type: 'string', default: '2' },
      visible: { type: 'string', default: '15' },
      trace: { type: 'boolean', default: true },
      quiet: { type: 'boolean', default: false },
      only: { type: 'string', default: SCREEN_PARTS.join(',') },
      throttle: { type: 'string', default: '1,6' },
      profile: { type: 'string' },
      starts: { type: 'string', default: '5' },
      'cart-lines': { type: 'string', default: '200' },
      sales: { type: 'string' },
      lines: { type: 'string', default: '5' },
      batch: { type: 'string', default: '50' },
      catalogue: { type: 'string', default: '20000' },
      counters: { type: 'string', default: '1' },
      changes: { type: 'string', default: '100000' },
      samples: { type: 'string', default: '20' },
      json: { type: 'string' },
    },
  })
  const [bench, ...rest] = positionals
  const json = values.json ?? null
  if (rest.length > 0) throw new Error(`What is ${rest.join(' ')}?`)
  if (bench === 'propagation') {
    const options = {
      products: wholeNumber('products', values.products ?? '10000'),
      rates: wholeNumbers('rates', values.rates),
      seconds: wholeNumber('seconds', values.seconds ?? '20'),
      rounds: wholeNumber('rounds', values.rounds),
      visible: wholeNumber('visible', values.visible),
      trace: values.trace,
      quiet: values.quiet,
    }
    if (options.visible > options.products) throw new Error('--visible is more than --products')
    return { bench, options, json }
  }
  if (bench === 'screen') {
    const options = {
      parts: readParts(values.only),
      sizes: wholeNumbers('products', values.products ?? '10000,50000'),
      speeds: wholeNumbers('throttle', values.throttle),
      seconds: wholeNumber('seconds', values.seconds ?? '8'),
      rounds: wholeNumber('rounds', values.rounds),
      starts: wholeNumber('starts', values.starts),
      profile: values.profile ?? null,
    }
    return { bench, options, json }
  }
  if (bench === 'queue') {
    return {
      bench,
      options: { sales: wholeNumber('sales', values.sales ?? '1000'), lines: wholeNumber('lines', values.lines) },
      json,
    }
  }
  if (bench === 'fairness') {
    const options = {
      sales: wholeNumber('sales', values.sales ?? '1000'),
      lines: wholeNumber('lines', values.lines),
      batch: wholeNumber('batch', values.batch),
      catalogue: wholeNumber('catalogue', values.catalogue),
    }
    return { bench, options, json }
  }
  if (bench === 'catch-up') {
    const options = {
      products: wholeNumber('products', values.products ?? '10000'),
      changes: wholeNumber('changes', values.changes),
    }
    return { bench, options, json }
  }
  if (bench === 'flood') {
    const options = {
      products: wholeNumber('products', values.products ?? '20000'),
      counters: wholeNumber('counters', values.counters),
    }
    return { bench, options, json }
  }
  if (bench === 'refresh') {
    return { bench, options: { products: wholeNumber('products', values.products ?? '50000') }, json }
  }
  if (bench === 'history') {
    return { bench, options: { sales: wholeNumber('sales', values.sales ?? '100000') }, json }
  }
  if (bench === 'handover') {
    return { bench, options: { samples: wholeNumber('samples', values.samples) }, json }
  }
  if (bench === 'cart') {
    const options = {
      products: wholeNumber('products', values.products ?? '10000'),
      lines: wholeNumber('cart-lines', values['cart-lines']),
    }
    return { bench, options, json }
  }
  throw new Error(bench === undefined ? 'Which benchmark?' : `There is no benchmark ${bench}`)
}

function readParts(text: string): readonly ScreenPart[] {
  const names = text.split(',')
  const unknown = names.find((name) => !SCREEN_PARTS.some((part) => part === name))
  if (unknown !== undefined) throw new Error(`--only takes ${SCREEN_PARTS.join(', ')}, not "${unknown}"`)
  return SCREEN_PARTS.filter((part) => names.includes(part))
}

function wholeNumbers(name: string, text: string): readonly number[] {
  return text.split(',').map((part) => wholeNumber(name, part))
}

function wholeNumber(name: string, text: string): number {
  if (!/^[1-9]\d{0,6}$/.test(text)) throw new Error(`--${name} takes whole numbers from 1, not "${text}"`)
  return Number(text)
}
