import { createHash } from 'node:crypto'
import { WIRE_VERSION } from '../../src/contract/wire-version.ts'

/**
 * The strong ETag of a page (rule R2): equal exactly when branch, log position, epoch, URL and wire version are equal.
 * `url` is path and query as requested.
 */
export function pageEtag(page: { branchId: number; epoch: string; seq: number; url: string }): string {
  const content = JSON.stringify([page.branchId, page.epoch, page.seq, page.url, WIRE_VERSION])
  return `"${createHash('sha256').update(content).digest('base64url').slice(0, 27)}"`
}

/** True when the `If-None-Match` header holds this ETag. A proxy that compresses marks it weak; `*` matches nothing here. */
export function isEtagMatch(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false
  return header.split(',').some((candidate) => candidate.trim().replace(/^W\//, '') === etag)
}
