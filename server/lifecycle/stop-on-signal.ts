import type { FastifyBaseLogger } from 'fastify'

const SIGNALS = { SIGTERM: 15, SIGINT: 2, SIGHUP: 1 } as const
/** Whoever runs servers kills them after ten seconds or later; better to say what hung. */
const HARD_LIMIT_MS = 10_000
/** One Ctrl-C comes several times: from the terminal, from npm and from the launcher, each passing it on. */
const SAME_SIGNAL_MS = 1_000

/**
 * Stops in order at the first signal and exits 0; a signal more than a second later, or ten seconds, exit at once. What is
 * left behind then is safe: the log knows what was not published, and the unclean marker stays.
 */
export function stopOnSignal(stop: () => Promise<void>, log: FastifyBaseLogger): void {
  let stoppingSince: number | null = null
  for (const [signal, number] of Object.entries(SIGNALS)) {
    process.on(signal, () => {
      if (stoppingSince !== null) {
        if (performance.now() - stoppingSince > SAME_SIGNAL_MS) process.exit(128 + number)
        return
      }
      stoppingSince = performance.now()
      log.info({ signal }, 'stopping')
      setTimeout(() => {
        log.fatal('not stopped after 10 s; exiting')
        process.exit(1)
      }, HARD_LIMIT_MS).unref()
      stop().then(
        () => process.exit(0),
        (error: unknown) => {
          log.fatal({ err: error }, 'the stop failed')
          process.exit(1)
        },
      )
    })
  }
}
