import { Worker } from 'node:worker_threads'
import { ApiError } from '../http/api-error.ts'
import { type ParsedProducts, parseProductCsv } from './parse-product-csv.ts'

/** A file up to here, in characters, is read in some 50 ms. */
const SMALL = 50_000
/** The largest file takes seconds. In a row they would hold a core for long, so only a few wait. */
const TIME_LIMIT_MS = 30_000
const WAITING_MAX = 3
const MEMORY_MB = 512

type ProductCsvReader = (...args: Parameters<typeof parseProductCsv>) => Promise<ParsedProducts>

/**
 * Reads a catalogue file as parseProductCsv does, a large one in a thread of its own, one after the other, so that nobody else
 * waits for it. Rejects with an ApiError when it takes too long, or when too many wait.
 */
export function createProductCsvReader(): ProductCsvReader {
  let last: Promise<unknown> = Promise.resolve()
  let waiting = 0

  return async (...args) => {
    if (args[0].length <= SMALL) return parseProductCsv(...args)
    if (waiting >= WAITING_MAX) {
      throw new ApiError(503, 'unavailable', 'Other files are being read; try again', { 'retry-after': '10' })
    }
    waiting += 1
    const reading = last.then(() => readInThread(args))
    last = reading.catch(() => undefined)
    return reading.finally(() => {
      waiting -= 1
    })
  }
}

function readInThread(args: Parameters<typeof parseProductCsv>): Promise<ParsedProducts> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./product-csv-worker.ts', import.meta.url), {
      workerData: args,
      name: 'csv',
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: MEMORY_MB },
    })
    const tooMuch = () => new ApiError(413, 'too_large', 'The file takes too long to be read; send it in parts')
    const timer = setTimeout(() => {
      reject(tooMuch())
      void worker.terminate()
    }, TIME_LIMIT_MS)
    worker.once('message', (parsed: ParsedProducts) => resolve(parsed))
    worker.once('error', (error: NodeJS.ErrnoException) => {
      reject(error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? tooMuch() : error)
    })
    worker.once('exit', () => {
      clearTimeout(timer)
      // After a result this changes nothing.
      reject(new Error('The thread that reads files ended without an answer'))
    })
  })
}
