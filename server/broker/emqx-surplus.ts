import type { EmqxClient } from './emqx-api.ts'
import { CONNECTION_LIMITS } from './limits.ts'

/** How long a session without a connection may stay: `session_expiry_interval` of deploy/emqx/emqx.conf, which binds MQTT 3 only. */
export const KEPT_SESSION_MS = 60_000

/**
 * Which clients EMQX has to let go of, though each of them had every right to come: sessions that were kept without a connection (a v5
 * client names its own time, without an end if it likes), and connections beyond a device's number, the oldest first. EMQX 5 has no
 * setting for either. `isOurs` tells devices from other users of the broker, who are left alone; `now` in ms of the wall clock.
 */
export function findSurplus(
  clients: readonly EmqxClient[],
  now: number,
  isOurs: (username: string) => boolean,
): readonly string[] {
  const surplus: string[] = []
  const open = new Map<string, EmqxClient[]>()
  for (const client of clients) {
    const { username, connected, clientid } = client
    if (username == null || !isOurs(username)) continue
    if (connected) open.set(username, [...(open.get(username) ?? []), client])
    // Also one that ended in a time to come: the clock was set back since.
    else if (Math.abs(now - timeOf(client.disconnected_at)) > KEPT_SESSION_MS) surplus.push(clientid)
  }
  for (const connections of open.values()) {
    const newestFirst = connections.toSorted((a, b) => timeOf(b.connected_at) - timeOf(a.connected_at))
    surplus.push(...newestFirst.slice(CONNECTION_LIMITS.ofDevice).map(({ clientid }) => clientid))
  }
  return surplus
}

/** What EMQX does not tell is long ago. */
function timeOf(text: string | null | undefined): number {
  const time = text == null ? Number.NaN : Date.parse(text)
  return Number.isNaN(time) ? 0 : time
}
