import { useEffect, useRef } from 'preact/compat'
import { type CodeFormat, watchForCodes } from './barcode-detector.ts'
import styles from './camera-view.module.css'

/** `denied`: the person or the browser said no. `failed`: no camera, or it is in use. `reader`: the reader did not load. */
export type CameraProblem = 'denied' | 'failed' | 'reader'

interface CameraViewProps {
  formats: readonly CodeFormat[]
  /** Called with a code's text, repeatedly while the code is in view. */
  onText(text: string): void
  onProblem(problem: CameraProblem): void
}

/** The camera's picture, searched for codes. The camera is on exactly while this is mounted. */
export function CameraView({ formats, onText, onProblem }: CameraViewProps) {
  const video = useRef<HTMLVideoElement>(null)
  const listener = useRef({ onText, onProblem })
  listener.current = { onText, onProblem }

  // The camera is an external resource: start it at mount and stop it at unmount.
  useEffect(() => {
    let stopped = false
    let stopWatching = () => {}
    let stream: MediaStream | null = null
    const begin = async () => {
      try {
        stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' } })
      } catch (error) {
        const denied = error instanceof DOMException && error.name === 'NotAllowedError'
        if (!stopped) listener.current.onProblem(denied ? 'denied' : 'failed')
        return
      }
      const element = video.current
      if (stopped || !element) return stopTracks(stream)
      element.srcObject = stream
      stopWatching = watchForCodes(
        element,
        formats,
        (text) => listener.current.onText(text),
        () => listener.current.onProblem('reader'),
      )
    }
    void begin()
    return () => {
      stopped = true
      stopWatching()
      if (stream) stopTracks(stream)
    }
  }, [formats])

  return <video ref={video} className={styles.video} autoPlay muted playsInline />
}

function stopTracks(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop()
}
