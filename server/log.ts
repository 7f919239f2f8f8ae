import { type Logger, pino } from 'pino'
import type { LogLevel } from './config.ts'

const STDERR = 2

/**
 * Structured logs, one JSON object a line, on stderr: stdout holds the words for the person who starts the server. Secrets are
 * cut out wherever a logged object carries them.
 */
export function createLog(level: LogLevel): Logger {
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: {
        paths: [
          'authorization',
          '*.authorization',
          '*.headers.authorization',
          'password',
          '*.password',
          'token',
          '*.token',
          '*.device_secret_token',
          '*.mqtt_password',
          '*.held',
        ],
        censor: '[secret]',
      },
    },
    pino.destination({ fd: STDERR, sync: false }),
  )
}
