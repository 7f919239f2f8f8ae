import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { open, rename } from 'node:fs/promises'
import { join } from 'node:path'
import * as v from 'valibot'
import { DataDirInUseError, type DataDirLock, lockDataDir } from './data-dir-lock.ts'
import type { WitnessNote } from './judge-life.ts'
import { syncPath } from './sync-folder.ts'

/** Servers that share one DATA_DIR and a PostgreSQL: each has a note of its own, in the first folder that nobody holds. */
const MAX_SERVERS = 16

const uuid = v.pipe(v.string(), v.uuid())
const noteSchema = v.object({ serverId: uuid, database: v.string(), epoch: uuid, tokens: v.array(uuid) })

export interface WitnessFile {
  /** The last note; null when there is none that can be read. */
  read(): WitnessNote | null
  /** Replaces it, whole or not at all, and durably. */
  write(note: WitnessNote): Promise<void>
  release(): void
}

/** Takes a note's place in `dataDir` for this process. Null when all are held. */
export function openWitnessFile(dataDir: string): WitnessFile | null {
  for (let number = 1; number <= MAX_SERVERS; number += 1) {
    const folder = join(dataDir, 'witness', String(number))
    const lock = tryLock(folder)
    if (lock !== null) return witnessFileIn(folder, lock)
  }
  return null
}

function tryLock(folder: string): DataDirLock | null {
  try {
    return lockDataDir(folder)
  } catch (error) {
    if (error instanceof DataDirInUseError) return null
    throw error
  }
}

function witnessFileIn(folder: string, lock: DataDirLock): WitnessFile {
  const path = join(folder, 'note.json')
  return {
    read() {
      if (!existsSync(path)) return null
      try {
        return v.parse(noteSchema, JSON.parse(readFileSync(path, 'utf8')))
      } catch {
        return null
      }
    },
    async write(note) {
      mkdirSync(folder, { recursive: true, mode: 0o700 })
      const file = await open(`${path}.new`, 'w', 0o600)
      try {
        await file.writeFile(JSON.stringify(note))
        await file.sync()
      } finally {
        await file.close()
      }
      await rename(`${path}.new`, path)
      await syncPath(folder)
    },
    release: () => lock.release(),
  }
}
