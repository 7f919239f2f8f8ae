import { open, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { syncPath } from './sync-folder.ts'

export interface UncleanMarker {
  /** True when the last run on this folder did not end by `clear`: the embedded database may have lost its last rows (rule S6). */
  readonly wasUnclean: boolean
  /** Called last, after the database is closed and durable. */
  clear(): Promise<void>
}

const FILE = 'unclean'

/** Leaves the mark that only a clean stop takes away. It is on the disk before the database opens, and it stays after a power cut. */
export async function setUncleanMarker(dataDir: string): Promise<UncleanMarker> {
  const path = join(dataDir, FILE)
  const wasUnclean = !(await createFile(path))
  // A new name is durable only when its folder is.
  await syncPath(dataDir)
  return {
    wasUnclean,
    async clear() {
      await rm(path, { force: true })
      await syncPath(dataDir)
    },
  }
}

/** False when the file was there already. */
async function createFile(path: string): Promise<boolean> {
  try {
    const file = await open(path, 'wx')
    await file.writeFile('The server that wrote this runs, or ended without closing its database.\n')
    await file.sync()
    await file.close()
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false
    throw error
  }
}
