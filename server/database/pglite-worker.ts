/** The thread of the embedded database (started by pglite-thread.ts): it opens the database and does what it is told. */
import { type MessagePort, parentPort, workerData } from 'node:worker_threads'
import { OPENING, packError, type ThreadMessage, type ThreadRequest, type ThreadStart } from './pglite-messages.ts'
import { openPgliteSession, type PgliteSession } from './pglite-session.ts'

async function run(port: MessagePort, start: ThreadStart): Promise<void> {
  const say = (message: ThreadMessage, transfer: ArrayBuffer[] = []) => port.postMessage(message, transfer)
  let session: PgliteSession
  try {
    session = await openPgliteSession(start)
  } catch (error) {
    say({ is: 'failure', id: OPENING, ...packError(error) })
    return
  }
  session.onNotification((channel) => say({ is: 'notification', channel }))
  // One after the other: the caller may hand over the next before it has the answer to this one.
  let last: Promise<void> = Promise.resolve()
  port.on('message', (request: ThreadRequest) => {
    last = last.then(async () => {
      try {
        const value = await execute(session, request)
        const isOwnBuffer = value instanceof Uint8Array && value.buffer instanceof ArrayBuffer
        say({ is: 'result', id: request.id, value }, isOwnBuffer ? [value.buffer] : [])
      } catch (error) {
        say({ is: 'failure', id: request.id, ...packError(error) })
      }
    })
  })
  say({ is: 'result', id: OPENING, value: undefined })
}

function execute(session: PgliteSession, request: ThreadRequest): Promise<unknown> {
  switch (request.do) {
    case 'query':
      return session.query(request.sql, request.params)
    case 'exec':
      return session.exec(request.sql)
    case 'protocol':
      return session.protocol(request.message)
    case 'dump':
      return session.dump(request.compression)
    case 'close':
      return session.close()
  }
}

if (!parentPort) throw new Error('This is the database thread of the server, not a program of its own')
// What the thread was started with is written by pglite-thread.ts alone.
await run(parentPort, workerData as ThreadStart)
