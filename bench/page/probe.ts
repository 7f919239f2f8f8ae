/**
 * Runs in a measured page before anything else, in the product's and in the floors' alike: one code measures both.
 *
 * A number counts as painted when the main thread has handed its frame over: the end of the task in which the
 * browser did style, layout and paint. Raster and screen come after it, for all alike.
 */
import type { Sighting } from '../match-updates.ts'
import { createFrameEnd } from './frame-end.ts'
import { type IndexedDbTrace, traceIndexedDb } from './trace-indexed-db.ts'

export interface LongTask {
  readonly at: number
  readonly ms: number
}

export interface Recording {
  /** Numbers at the moment of their change in the document. */
  readonly mutations: readonly Sighting[]
  /** The same numbers at the end of their frame. */
  readonly paints: readonly Sighting[]
  readonly longTasks: readonly LongTask[]
  /** What came over WebSockets, base64. */
  readonly frames: readonly { readonly at: number; readonly base64: string }[]
  readonly bytesReceived: number
  readonly bytesSent: number
  readonly database: IndexedDbTrace
}

export interface Probe {
  now(): number
  /** `trace` also records each step in IndexedDB, which costs a little. */
  start(options: { trace: boolean }): void
  /** Resolves once what the document shows now is painted. */
  stop(): Promise<Recording>
}

declare global {
  interface Window {
    benchProbe: Probe
  }
}

const CELL = '[data-testid^="stock-"]'
const CHUNK = 8192

const now = () => performance.timeOrigin + performance.now()

function createProbe(): Probe {
  let mutations: Sighting[] = []
  let paints: Sighting[] = []
  let longTasks: LongTask[] = []
  let frames: { at: number; bytes: Uint8Array }[] = []
  let bytesSent = 0
  let isRecording = false

  const atFrameEnd = createFrameEnd()
  const numbers = new MutationObserver((records) => {
    const at = now()
    for (const { target } of records) {
      const element = target instanceof Element ? target : target.parentElement
      const cell = element?.closest<HTMLElement>(CELL)
      if (!cell) continue
      const id = Number(cell.dataset.testid?.slice('stock-'.length))
      // A grouped number as people see it: "1.234".
      const value = Number(cell.textContent.replace(/[^\d-]/g, ''))
      mutations.push({ id, value, at })
      atFrameEnd(() => paints.push({ id, value, at: now() }))
    }
  })
  const tasks = new PerformanceObserver((list) => {
    if (isRecording) longTasks.push(...list.getEntries().map(toLongTask))
  })
  tasks.observe({ type: 'longtask' })

  const NativeWebSocket = window.WebSocket
  window.WebSocket = class extends NativeWebSocket {
    constructor(url: string | URL, protocols?: string | string[]) {
      super(url, protocols)
      // Added before anybody else's listener.
      this.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
        if (isRecording && data instanceof ArrayBuffer) frames.push({ at: now(), bytes: new Uint8Array(data) })
      })
    }
    override send(data: string | BufferSource | Blob): void {
      if (isRecording && typeof data === 'object' && 'byteLength' in data) bytesSent += data.byteLength
      super.send(data)
    }
  }
  const database = traceIndexedDb(now)

  return {
    now,
    start({ trace }) {
      tasks.takeRecords()
      isRecording = true
      numbers.observe(document.body, { subtree: true, childList: true, characterData: true })
      database.start(trace)
    },
    async stop() {
      await new Promise<void>(atFrameEnd)
      isRecording = false
      numbers.disconnect()
      longTasks.push(...tasks.takeRecords().map(toLongTask))
      const recording = {
        mutations,
        paints,
        longTasks,
        frames: frames.map(({ at, bytes }) => ({ at, base64: toBase64(bytes) })),
        bytesReceived: frames.reduce((sum, { bytes }) => sum + bytes.length, 0),
        bytesSent,
        database: database.stop(),
      }
      // Held longer, it would count as the page's memory.
      mutations = []
      paints = []
      longTasks = []
      frames = []
      bytesSent = 0
      return recording
    },
  }
}

function toLongTask({ startTime, duration }: PerformanceEntry): LongTask {
  return { at: performance.timeOrigin + startTime, ms: duration }
}

function toBase64(bytes: Uint8Array): string {
  let text = ''
  for (let start = 0; start < bytes.length; start += CHUNK) {
    text += String.fromCharCode(...bytes.subarray(start, start + CHUNK))
  }
  return btoa(text)
}

window.benchProbe = createProbe()
