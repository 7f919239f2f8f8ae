import { type ReactNode, useEffect, useState } from 'preact/compat'
import { useServices } from '../../shared/services.ts'
import { createOwnerSession, OwnerSessionContext } from './owner-session.ts'

/** Keeps the owner signed in while other screens are open. */
export function OwnerSessionProvider({ children }: { children: ReactNode }) {
  const { http } = useServices()
  const [session] = useState(() => createOwnerSession(http, startTimer))
  // A device that is enrolled anew leaves nobody signed in on the server.
  useEffect(() => session.signOut, [session])
  return <OwnerSessionContext value={session}>{children}</OwnerSessionContext>
}

function startTimer(delayMs: number, callback: () => void): () => void {
  const timer = setTimeout(callback, delayMs)
  return () => clearTimeout(timer)
}
