/** Calls back when this page stood still and goes on: Chromium froze it, or a browser kept it for the way back. Returns the way to stop. */
export function onThaw(listener: () => void): () => void {
  const onPageShow = ({ persisted }: PageTransitionEvent) => {
    if (persisted) listener()
  }
  document.addEventListener('resume', listener)
  window.addEventListener('pageshow', onPageShow)
  return () => {
    document.removeEventListener('resume', listener)
    window.removeEventListener('pageshow', onPageShow)
  }
}
