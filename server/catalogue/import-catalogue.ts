/**
 * Catalogue files on their way into a branch (docs/operations.md, "Catalogue files").
 *
 *   look at all lines ─► claim the branch ─► lay the lines down ─► ready ─► bring some lines in, again and again ─► done
 *            └── problems: nothing is stored          └── a code was changed meanwhile: forget it, look again
 *
 * Each arrow is one or many short turns of the database. Until it is ready nothing of the catalogue was touched; from then on the import is
 * finished whatever happens: by this server, by the next request with the same id, or by the next start.
 */
import { createHash } from 'node:crypto'
import type { ImportChange } from '../../src/contract/owner.ts'
import { IMPORT_PREVIEW_LINES } from '../../src/contract/owner.ts'
import type { CausedLines } from '../caused-lines.ts'
import { isRefusedRow } from '../database/fault.ts'
import { asParty } from '../database/party.ts'
import type { Database } from '../database.ts'
import { ApiError, conflict, invalidRequest } from '../http/api-error.ts'
import {
  breakImportOff,
  bringLines,
  claimImport,
  findImport,
  forgetImport,
  type ImportCounts,
  listReadyImports,
  readyImport,
  type StoredImport,
  stageLines,
} from '../sql/catalogue-imports.ts'
import { findBearers, lockCodes } from '../sql/products.ts'
import { CSV_WORDS, type CsvLanguage } from './csv-words.ts'
import { type LookedAtCatalogue, lookAtCatalogue, rowsOf } from './look-at-catalogue.ts'
import type { LineProblem, ProductLine } from './parse-product-csv.ts'
import { planImport } from './plan-import.ts'
import { keysOfLines } from './resolve-import.ts'
import { FIRST_SLICE, nextSliceSize } from './slice-size.ts'

export interface CatalogueFile {
  /** The same again, after an answer that got lost, is the same import. */
  readonly requestId: string
  readonly branchId: number
  readonly lines: readonly ProductLine[]
  /** Of the words for whoever made the file. */
  readonly language: CsvLanguage
  readonly updatedBy: string
  /** The stock of products that exist stays as it is; it is counted or received, not typed into a file. */
  readonly keepStock: boolean
}

export type ImportResult =
  | ({ readonly ok: true; readonly changes: readonly ImportChange[] } & ImportCounts)
  /** Nothing was stored. */
  | { readonly ok: false; readonly problems: readonly LineProblem[] }

export interface CatalogueImports {
  /**
   * Brings a file in, all of it or nothing. Rejects with 409 while another one comes into the branch, or when the request id is known with
   * other content; with the database's error, or 503, when it was interrupted: the same request goes on with it.
   */
  bring(file: CatalogueFile): Promise<ImportResult>
  /** Goes on with what a server left that is no more. Never rejects. */
  resume(): Promise<void>
  /** Ends after the slice that is under way. What is left goes on at the next start. */
  stop(): void
}

/** How often codes may change under a file that is being looked at. */
const LOOKS = 3
const TRY_AGAIN_MS = 5_000

export function createCatalogueImports(deps: {
  readonly db: Database
  readonly lines: CausedLines
  /** Monotonic, ms. */
  readonly now: () => number
}): CatalogueImports {
  const { db, lines: tell, now } = deps
  const asked = new Map<string, { readonly digest: string; readonly result: Promise<ImportResult> }>()
  const running = new Map<number, Promise<void>>()
  const timers = new Set<NodeJS.Timeout>()
  let isStopped = false

  async function bringOnce(file: CatalogueFile, digest: string): Promise<ImportResult> {
    const known = await findImport(db, { requestId: file.requestId })
    if (known && (known.digest !== digest || known.branchId !== file.branchId)) throw usedForSomethingElse()
    if (known?.state === 'staging') {
      // Somebody else works on it, or died of it: then nothing was changed, and it begins anew.
      if (!known.isLeft && db.driver !== 'pglite') throw isUnderWay()
      await forgetImport(db, known.id)
    } else if (known) {
      return finish(known.id, file.language)
    }
    for (let look = 1; look <= LOOKS; look += 1) {
      const looked = await lookAtCatalogue(db, file)
      if (looked.problems.length > 0) return { ok: false, problems: looked.problems }
      const id = await claim(file, digest)
      if (await stage(id, file, looked)) return finish(id, file.language)
    }
    throw new ApiError(503, 'unavailable', 'The catalogue is being changed; try again', { 'retry-after': '5' })
  }

  async function claim({ branchId, requestId, updatedBy, keepStock, lines }: CatalogueFile, digest: string) {
    const wanted = { branchId, requestId, digest, updatedBy, keepStock, lines: lines.length }
    const id = await claimImport(db, wanted)
    if (id !== null) return id
    const other = await findImport(db, { openIn: branchId })
    if (other?.state === 'ready') void run(other.id).catch(() => undefined)
    // The one session of the embedded database is ours: whoever else began is here, or is no more.
    const isDead = other?.isLeft === true || (db.driver === 'pglite' && other !== null && !asked.has(other.requestId))
    if (other?.state !== 'staging' || !isDead) throw isUnderWay()
    await forgetImport(db, other.id)
    const second = await claimImport(db, wanted)
    if (second === null) throw isUnderWay()
    return second
  }

  /** False, and forgotten, when one of its codes changed hands since it was looked at. Afterwards nobody takes them (product-codes.ts). */
  async function stage(id: number, { branchId }: CatalogueFile, looked: LookedAtCatalogue): Promise<boolean> {
    try {
      for (const part of looked.parts) {
        const isSame = await db.transaction(async (tx) => {
          await lockCodes(tx, branchId)
          const bearers = await findBearers(tx, branchId, keysOfLines(part.given))
          if (namesOf(bearers) !== namesOf(part.bearers)) return false
          return stageLines(tx, { id, branchId, place: part.start, rows: rowsOf(looked, part) })
        })
        if (isStopped) throw stopping()
        if (!isSame) {
          await forgetImport(db, id)
          return false
        }
      }
      const { changes } = planImport(looked.lines, looked.known, IMPORT_PREVIEW_LINES)
      return await readyImport(db, id, changes)
    } catch (error) {
      await forgetImport(db, id).catch(() => undefined)
      throw error
    }
  }

  async function finish(id: number, language: CsvLanguage): Promise<ImportResult> {
    const state = await findImport(db, { id })
    if (state?.state === 'ready') await run(id)
    const ended = await findImport(db, { id })
    if (!ended || ended.state === 'ready' || ended.state === 'staging') throw stopping()
    if (ended.state === 'broken_off') throw brokenOff(ended, language)
    const { created, updated, unchanged, changes } = ended
    return { ok: true, created, updated, unchanged, changes }
  }

  /** Brings in what is left, once at a time. Rejects when it was interrupted; then it is tried again by itself. */
  function run(id: number): Promise<void> {
    const known = running.get(id)
    if (known) return known
    const mine = asParty(`import ${id}`, () => bringAll(id)).finally(() => running.delete(id))
    running.set(id, mine)
    return mine
  }

  async function bringAll(id: number): Promise<void> {
    let size = FIRST_SLICE
    for (let hasMore = true; hasMore; ) {
      if (isStopped) throw stopping()
      let begin = 0
      try {
        hasMore = await db.transaction((tx) => {
          // Waiting for a turn costs nobody anything.
          begin = now()
          return bringLines(tx, id, size)
        })
      } catch (error) {
        await interrupt(id, error)
        return
      }
      size = nextSliceSize(size, now() - begin)
    }
    const ended = await findImport(db, { id })
    if (!ended) return
    const { created, updated, unchanged, updatedBy: by } = ended
    tell('info', { created, updated, unchanged, by }, 'catalogue imported')
  }

  /** A line that the table's rules refuse will be refused again; everything else is worth another try. */
  async function interrupt(id: number, error: unknown): Promise<void> {
    tell('error', { err: error, import: id }, 'a catalogue import was interrupted')
    if (isRefusedRow(error)) return db.transaction((tx) => breakImportOff(tx, id))
    if (isStopped) throw error
    const timer = setTimeout(() => {
      timers.delete(timer)
      void run(id).catch(() => undefined)
    }, TRY_AGAIN_MS).unref()
    timers.add(timer)
    throw error
  }

  return {
    async bring(file) {
      const digest = digestOf(file)
      const known = asked.get(file.requestId)
      if (known) {
        if (known.digest !== digest) throw usedForSomethingElse()
        return known.result
      }
      const result = asParty(`import of branch ${file.branchId}`, () => bringOnce(file, digest))
      asked.set(file.requestId, { digest, result })
      return result.finally(() => asked.delete(file.requestId))
    },
    async resume() {
      try {
        for (const { id } of await listReadyImports(db)) void run(id).catch(() => undefined)
      } catch (error) {
        tell('error', { err: error }, 'imports that were left could not be looked for')
      }
    },
    stop() {
      isStopped = true
      for (const timer of timers) clearTimeout(timer)
    },
  }
}

function digestOf({ branchId, keepStock, lines }: CatalogueFile): string {
  return createHash('sha256')
    .update(JSON.stringify([branchId, keepStock, lines]))
    .digest('hex')
}

/** Who has which of the codes. */
function namesOf(bearers: LookedAtCatalogue['parts'][number]['bearers']): string {
  return JSON.stringify(bearers.map(({ id, sku, barcode }) => [id, sku, barcode]))
}

const usedForSomethingElse = () => conflict('This request id was used for something else')
const isUnderWay = () =>
  conflict('A catalogue file is being imported in this branch; send this one again when it is done')
const stopping = () =>
  new ApiError(503, 'unavailable', 'The server is stopping; the import goes on when it is back', { 'retry-after': '5' })

function brokenOff({ created, updated, unchanged, lines }: StoredImport, language: CsvLanguage): ApiError {
  return invalidRequest(CSV_WORDS[language].brokenOff(created + updated + unchanged, lines))
}
