/**
 * Says when what the document holds now has been painted: at the end of the frame under way, or of the next one.
 *
 *     task: … a change …   │ frame: animation callbacks (may change too), style, layout, paint │ message: the frame is over
 *
 * It wraps requestAnimationFrame, because a change that is made inside a frame is painted by that same frame; asking for
 * another one there would count 16 ms too many.
 */
export function createFrameEnd(): (act: () => void) => void {
  const request = window.requestAnimationFrame.bind(window)
  const { port1: ended, port2: begun } = new MessageChannel()
  let waiting: (() => void)[] = []
  let isInFrame = false
  let isFrameWanted = false

  const enterFrame = () => {
    if (isInFrame) return
    isInFrame = true
    isFrameWanted = false
    begun.postMessage(null)
  }
  ended.onmessage = () => {
    isInFrame = false
    const done = waiting
    waiting = []
    for (const act of done) act()
  }
  window.requestAnimationFrame = (callback) =>
    request((time) => {
      enterFrame()
      callback(time)
    })

  return (act) => {
    waiting.push(act)
    if (isInFrame || isFrameWanted) return
    isFrameWanted = true
    request(enterFrame)
  }
}
