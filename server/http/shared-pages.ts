/**
 * Pages that many counters ask for at the same moment, made once. After a flood (rule S4) each counter of a branch reads the same pages of
 * the log: twenty counters, 20,000 changes and 500 a page are 800 requests for 40 pages, each of which costs a query, its JSON and its
 * compression.
 *
 * Only a page behind which there are more is kept, and for some seconds: its events do not change any more, and that there are more
 * stays true. The last page is made anew for everybody, because it tells where the log ends.
 */
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'

type Encoding = 'br' | 'gzip' | 'identity'

export interface SharedPage {
  readonly json: Buffer
  /** Compressed once for each encoding. */
  encoded(encoding: Encoding): Promise<Buffer>
}

export interface SharedPages<P> {
  /** The page under this key, or what `make` gives when that may not be shared. */
  read(key: string, make: () => Promise<P>): Promise<{ page: P } | { shared: SharedPage }>
}

const KEPT_MS = 5_000
const MAX_PAGES = 48
const MAX_PAGE_BYTES = 1024 * 1024
/** As of every other answer (server/app.ts). */
const BROTLI_QUALITY = 4

interface Kept {
  readonly until: number
  readonly shared: Promise<SharedPage | null>
}

/** `toShare` gives the body of a page that may be shared, else null. `now` in ms, monotonic. */
export function createSharedPages<P>(toShare: (page: P) => unknown, now: () => number): SharedPages<P> {
  const kept = new Map<string, Kept>()

  function forgetOld(): void {
    const at = now()
    for (const [key, { until }] of kept) {
      if (until > at && kept.size < MAX_PAGES) return
      kept.delete(key)
    }
  }

  return {
    async read(key, make) {
      const known = kept.get(key)
      if (known !== undefined && known.until > now()) {
        const shared = await known.shared
        if (shared) return { shared }
        return { page: await make() }
      }
      forgetOld()
      const making = make()
      const shared = making.then(
        (page) => sharedPage(toShare(page)),
        () => null,
      )
      const mine: Kept = { until: now() + KEPT_MS, shared }
      kept.delete(key)
      kept.set(key, mine)
      const page = await making.finally(async () => {
        // What may not be shared was worth waiting for only while it was being made.
        if ((await shared) === null && kept.get(key) === mine) kept.delete(key)
      })
      const made = await shared
      return made ? { shared: made } : { page }
    },
  }
}

/** What the client takes best; brotli before gzip. A refusal by `q=0` counts. */
export function chooseEncoding(accepted: string | undefined): Encoding {
  const names = (accepted ?? '')
    .split(',')
    .map((part) => part.trim().toLowerCase())
    .filter((part) => !/;\s*q=0(\.0*)?$/.test(part))
    .map((part) => part.split(';', 1)[0])
  if (names.includes('br')) return 'br'
  return names.includes('gzip') ? 'gzip' : 'identity'
}

function sharedPage(body: unknown): SharedPage | null {
  if (body === null) return null
  const json = Buffer.from(JSON.stringify(body))
  if (json.length > MAX_PAGE_BYTES) return null
  const encoded = new Map<Encoding, Promise<Buffer>>([['identity', Promise.resolve(json)]])
  return {
    json,
    encoded(encoding) {
      const known = encoded.get(encoding) ?? compress(json, encoding)
      encoded.set(encoding, known)
      return known
    },
  }
}

function compress(json: Buffer, encoding: Encoding): Promise<Buffer> {
  if (encoding === 'gzip') return promisify(gzip)(json)
  return promisify(brotliCompress)(json, { params: { [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY } })
}
