/** Two sounds that need no file: one for a product found, one for a code that nobody knows. */
export interface Beeper {
  found(): void
  unknown(): void
  close(): void
}

const VOLUME = 0.12
const FADE_S = 0.015

/** A browser without sound, or one that does not allow it yet, stays silent. */
export function createBeeper(): Beeper {
  let context: AudioContext | null = null

  function play(tones: readonly (readonly [hertz: number, seconds: number])[]): void {
    try {
      context ??= new AudioContext()
      void context.resume()
      let at = context.currentTime
      for (const [hertz, seconds] of tones) {
        const tone = new OscillatorNode(context, { frequency: hertz, type: 'triangle' })
        const volume = new GainNode(context, { gain: 0 })
        // Fades, because a tone that is cut clicks.
        volume.gain.setValueAtTime(0, at)
        volume.gain.linearRampToValueAtTime(VOLUME, at + FADE_S)
        volume.gain.setValueAtTime(VOLUME, at + seconds - FADE_S)
        volume.gain.linearRampToValueAtTime(0, at + seconds)
        tone.connect(volume).connect(context.destination)
        tone.start(at)
        tone.stop(at + seconds)
        at += seconds
      }
    } catch {
      // No sound here: the screen says the same.
    }
  }

  return {
    found: () => play([[1320, 0.09]]),
    unknown: () =>
      play([
        [330, 0.14],
        [220, 0.22],
      ]),
    close: () => void context?.close(),
  }
}
