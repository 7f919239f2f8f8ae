declare global {
  interface Window {
    benchTasks: number[]
  }
}

/** In the page: every task of more than 50 ms from now on. */
export function watchTasks(): void {
  window.benchTasks = []
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) window.benchTasks.push(duration)
  }).observe({ type: 'longtask' })
}

/** In the page: what `watchTasks` has seen since the last reading, ms each. */
export function readTasks(): number[] {
  return window.benchTasks.splice(0)
}
