import { closeSync, fsyncSync, openSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'

/** File systems that keep times to two seconds only. */
const CLOCK_MARGIN_MS = 2_000

/**
 * Makes everything in the folder durable that changed since `sinceMs` (UTC). The embedded database leaves its writes to the
 * operating system; without this, a power cut soon after a stop in order would take them back unnoticed (rule S6).
 */
export function syncFolder(folder: string, sinceMs: number): void {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() && !entry.isDirectory()) continue
    const path = join(entry.parentPath, entry.name)
    if (statSync(path).mtimeMs >= sinceMs - CLOCK_MARGIN_MS) syncPath(path)
  }
  syncPath(folder)
}

/** Windows cannot open a folder, and needs no such call for one. */
export function syncPath(path: string): void {
  if (process.platform === 'win32' && statSync(path).isDirectory()) return
  const file = openSync(path, process.platform === 'win32' ? 'r+' : 'r')
  try {
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}
