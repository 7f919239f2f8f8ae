/** The thread in which read-product-csv.ts lets a large file be read: one file, one answer. */
import { parentPort, workerData } from 'node:worker_threads'
import { parseProductCsv } from './parse-product-csv.ts'

// read-product-csv.ts alone starts it, with the arguments of the call.
parentPort?.postMessage(parseProductCsv(...(workerData as Parameters<typeof parseProductCsv>)))
