/** Of a browser engine only what the journeys need; no driver's own words pass through here. */
export interface EngineDriver {
  readonly name: 'Firefox' | 'WebKitGTK'
  /** Starts the browser on its profile, which a kill leaves as it is, with one empty page. */
  start(): Promise<void>
  /** As the engine itself tells it; the browser must run. */
  version(): Promise<string>
  /** Resolves when the page has loaded. */
  open(url: string): Promise<void>
  reload(): Promise<void>
  /** Opens another tab, which everything is done in from then on. */
  openTab(url: string): Promise<void>
  /** Closes every other tab than this one. */
  closeOtherTabs(): Promise<void>
  /** Runs a function of its own (it sees nothing but its argument) in the page; argument and answer go as JSON. */
  evaluate<Argument, Answer>(
    work: (argument: Argument) => Answer | Promise<Answer>,
    argument: Argument,
  ): Promise<Answer>
  /** A real press of the pointer, in CSS pixels of the visible part. */
  press(point: Point): Promise<void>
  /** Real keys, to whatever has the focus; `\n` is Enter. */
  type(text: string): Promise<void>
  /** A PNG of the visible part. */
  screenshot(): Promise<Buffer>
  /** SIGKILL to every process of the browser: no farewell, nothing flushed. Resolves when they are gone. */
  kill(): Promise<void>
  /** Ends it, whatever its state, and removes the profile. */
  dispose(): Promise<void>
  /** What pages and workers wrote as errors since the first start: console errors, uncaught errors, unhandled rejections. */
  problems(): readonly string[]
  /** Proportional memory of all its processes, in bytes. */
  memory(): number
}

export interface Point {
  readonly x: number
  readonly y: number
}

export interface Size {
  readonly width: number
  readonly height: number
}

/** What every adapter starts its browser with: an Indonesian tablet. */
export const TABLET = { languages: ['id-ID', 'en-US'], timeZone: 'Asia/Jakarta' } as const
