/**
 * A mark is the server's own word that its log had reached a position: the position, when that change was written, and a MAC over
 * both that no device can make. Counters keep the last one and show it when they ask for changes. A log that has not come that
 * far, or has something else there, was taken back (rule S6). So nobody's mere claim begins a new life of the log.
 */
import { createHmac, timingSafeEqual } from 'node:crypto'

export interface MarkedPosition {
  readonly seq: number
  /** When the change at `seq` was written, microseconds since 1970 UTC, in digits. */
  readonly writtenAt: string
}

/** What a mark is about and only the server knows. The key is the life's own: marks of a life that is over prove nothing. */
export interface MarkContext {
  readonly key: string
  readonly epoch: string
  readonly branchId: number
}

/** In bytes, of the MAC: enough that nobody finds one by trying. */
const MAC_BYTES = 16
const MARK = /^(\d{1,16})\.(\d{1,20})\.([0-9a-f]{32})$/

/** `SEQ.MICROSECONDS.MAC` */
export function signMark(context: MarkContext, position: MarkedPosition): string {
  return `${position.seq}.${position.writtenAt}.${macOf(context, position).toString('hex')}`
}

/** The position that this mark proves, or null when the server never gave it out in this life and branch. */
export function readMark(context: MarkContext, mark: string): MarkedPosition | null {
  const [, seq, writtenAt, mac] = MARK.exec(mark) ?? []
  if (seq === undefined || writtenAt === undefined || mac === undefined) return null
  const position = { seq: Number(seq), writtenAt }
  return timingSafeEqual(macOf(context, position), Buffer.from(mac, 'hex')) ? position : null
}

function macOf({ key, epoch, branchId }: MarkContext, { seq, writtenAt }: MarkedPosition): Buffer {
  return createHmac('sha256', key).update(`${epoch}|${branchId}|${seq}|${writtenAt}`).digest().subarray(0, MAC_BYTES)
}

/**
 * True when the log contradicts what it once was. `writtenAt` null: what stood there is not kept any more (rule S7), and nothing
 * can be said.
 */
export function isTakenBack(
  proved: MarkedPosition,
  log: { readonly lastSeq: number; readonly writtenAt: string | null },
): boolean {
  return proved.seq > log.lastSeq || (log.writtenAt !== null && log.writtenAt !== proved.writtenAt)
}
