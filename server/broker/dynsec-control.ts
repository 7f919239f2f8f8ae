import { randomUUID } from 'node:crypto'
import * as v from 'valibot'
import { BrokerError } from './errors.ts'

/** Mosquitto's dynamic security plugin listens here; it is the broker's own topic, not one of the wire contract. */
const CONTROL_TOPIC = '$CONTROL/dynamic-security/v1'
export const CONTROL_RESPONSES = `${CONTROL_TOPIC}/response`

const ANSWER_TIMEOUT_MS = 5_000

/** One command of the plugin, e.g. `{command: 'getClient', username: 'DEV-1'}`. */
export interface DynsecCommand {
  readonly command: string
  readonly [parameter: string]: unknown
}

const responsesSchema = v.object({
  responses: v.array(
    v.looseObject({
      command: v.optional(v.string()),
      correlationData: v.optional(v.string()),
      error: v.optional(v.string()),
      data: v.optional(v.unknown()),
    }),
  ),
})

/** The plugin's answer to one command: `error` is its English sentence, the only sign of failure that it gives. */
export type DynsecAnswer =
  | { readonly ok: true; readonly data: unknown }
  | { readonly ok: false; readonly error: string }

export interface DynsecControl {
  /**
   * Sends one command and waits for its answer. Rejects with BrokerError `timeout` when none comes within 5 s, or as `send` does.
   */
  request(send: (topic: string, payload: string) => Promise<void>, command: DynsecCommand): Promise<DynsecAnswer>
  /** Takes a message of CONTROL_RESPONSES; anything else in it is ignored. */
  receive(payload: string): void
  /** Rejects everything that waits: the connection is gone, its answers with it. */
  abandon(): void
}

/**
 * Requests and answers over Mosquitto's control topic. Answers are matched by `correlationData`, because two servers share the
 * backend's user and the plugin answers each on its own connection but in no promised order.
 */
export function createDynsecControl(options: { readonly timeoutMs?: number } = {}): DynsecControl {
  const timeoutMs = options.timeoutMs ?? ANSWER_TIMEOUT_MS
  const waiting = new Map<string, { settle: (answer: DynsecAnswer | BrokerError) => void }>()

  return {
    request(send, command) {
      const correlationData = randomUUID()
      return new Promise<DynsecAnswer>((resolve, reject) => {
        const timer = setTimeout(
          () => settle(new BrokerError('timeout', `mosquitto did not answer ${command.command}`)),
          timeoutMs,
        )
        const settle = (answer: DynsecAnswer | BrokerError): void => {
          if (!waiting.delete(correlationData)) return
          clearTimeout(timer)
          if (answer instanceof BrokerError) reject(answer)
          else resolve(answer)
        }
        waiting.set(correlationData, { settle })
        send(CONTROL_TOPIC, JSON.stringify({ commands: [{ ...command, correlationData }] })).catch((error: unknown) => {
          settle(
            error instanceof BrokerError
              ? error
              : new BrokerError('unavailable', `could not send ${command.command}`, { cause: error }),
          )
        })
      })
    },

    receive(payload) {
      const parsed = v.safeParse(responsesSchema, parseJson(payload))
      if (!parsed.success) return
      for (const { correlationData, error, data } of parsed.output.responses) {
        const request = waiting.get(correlationData ?? '')
        request?.settle(error === undefined ? { ok: true, data } : { ok: false, error })
      }
    },

    abandon() {
      for (const { settle } of [...waiting.values()]) {
        settle(new BrokerError('unavailable', 'the connection to mosquitto was lost'))
      }
    },
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
