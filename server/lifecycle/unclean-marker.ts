import { closeSync, fsyncSync, openSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { syncPath } from './sync-folder.ts'

export interface UncleanMarker {
  /** True when the last run on this folder did not end by `clear`: the embedded database may have lost its last rows (rule S6). */
  readonly wasUnclean: boolean
  /** Called last, after the database is closed. */
  clear(): void
}

const FILE = 'unclean'

/** Leaves the mark that only a clean stop takes away. It is on the disk before the database opens, and it stays after a power cut. */
export function setUncleanMarker(dataDir: string): UncleanMarker {
  const path = join(dataDir, FILE)
  const wasUnclean = !createFile(path)
  // A new name is durable only when its folder is.
  syncPath(dataDir)
  return {
    wasUnclean,
    clear: () => {
      rmSync(path, { force: true })
      syncPath(dataDir)
    },
  }
}

/** False when the file was there already. */
function createFile(path: string): boolean {
  let file: number
  try {
    file = openSync(path, 'wx')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false
    throw error
  }
  writeSync(file, 'The server that wrote this runs, or ended without closing its database.\n')
  fsyncSync(file)
  closeSync(file)
  return true
}
