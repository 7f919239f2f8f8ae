import { chmodSync, mkdtempSync, rmSync, statfsSync } from 'node:fs'
import { join } from 'node:path'

/** Linux' file system in memory. */
const MEMORY = '/dev/shm'
/** Several times what a run keeps at once. A container's usual 64 MB are none. */
const ROOM_BYTES = 4 * 1024 ** 3

/**
 * Gives this process and all that it starts a folder in memory for temporary files (TMPDIR), removed when it ends. Databases,
 * profiles of browsers and their shared memory lie there: a copy of a PostgreSQL database costs a twentieth of what it does on a
 * disk. Without room in memory all stays where it was.
 */
export function useScratchFolder(): void {
  if (!hasRoom(freeBytes(), process.availableMemory())) return
  const folder = mkdtempSync(join(MEMORY, 'mstore-run-'))
  // PostgreSQL runs as another user, in a folder of its own in this one.
  chmodSync(folder, 0o711)
  process.env.TMPDIR = folder
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
}

/** Whether both the file system (bytes that are free in it) and the machine (bytes of memory) have room for a run. */
export function hasRoom(free: number, memory: number): boolean {
  return Math.min(free, memory) >= ROOM_BYTES
}

function freeBytes(): number {
  try {
    const { bavail, bsize } = statfsSync(MEMORY)
    return bavail * bsize
  } catch {
    // No such file system: not Linux.
    return 0
  }
}
