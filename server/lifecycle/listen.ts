import type { Server } from 'node:http'
import { networkInterfaces } from 'node:os'

/** Every interface: IPv6 takes IPv4 along, where the machine has it. */
function everyInterface(): string {
  const addresses = Object.values(networkInterfaces()).flatMap((entries) => entries ?? [])
  return addresses.some(({ family }) => family === 'IPv6') ? '::' : '0.0.0.0'
}

/** The address is taken, or not this machine's. `message` is the one line for the person who starts the server. */
export class CannotListenError extends Error {
  override readonly name = 'CannotListenError'
}

export function listenHost(host: string | undefined): string {
  return host ?? everyInterface()
}

/** Listens, and resolves to the port (another than `port` when that is 0). Throws CannotListenError. */
export async function listen(server: Server, port: number, host: string | undefined): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(describeListenError(error, port)))
    server.listen({ port, host: listenHost(host) }, resolve)
  })
  return portOf(server)
}

export function portOf(server: Server): number {
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The server has no port')
  return address.port
}

/** Names the variables that decide about it. */
export function describeListenError(error: unknown, port: number): unknown {
  if (!(error instanceof Error) || !('code' in error)) return error
  switch (error.code) {
    case 'EADDRINUSE':
      return new CannotListenError(`Port ${port} is in use: stop what uses it, or choose another by PORT`, {
        cause: error,
      })
    case 'EACCES':
      return new CannotListenError(`Port ${port} needs more rights than this user has: choose another by PORT`, {
        cause: error,
      })
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return new CannotListenError('HOST is no address of this machine', { cause: error })
    default:
      return error
  }
}
