import { useEffect } from 'preact/compat'
import { endSession, lockSession, useSession } from '../../db/sales/session.ts'
import { useShopSettings } from '../../db/use-shop-settings.ts'
import { steadyNow } from '../../sync/steady-now.ts'
import { useSignedIn } from '../shared/people/staff-session.ts'
import { useServices } from '../shared/services.ts'
import { markActivity, readActivity } from './activity.ts'
import { type IdleEvent, startIdle, stepIdle } from './idle.ts'

const TICK_MS = 1_000
const INPUTS = ['pointerdown', 'pointermove', 'keydown', 'wheel'] as const

/** Locks the counter when nobody touches it, in any tab, and signs out whoever may not work here any more. */
export function SessionKeeper() {
  const { salesDb } = useServices()
  const session = useSession(salesDb)
  const signedIn = useSignedIn()
  const leaver = signedIn === null ? session?.staff_id : undefined
  // What the owner decides on the server comes with the staff list; nothing on this screen asks for it.
  useEffect(() => {
    if (leaver !== undefined) void endSession(salesDb, leaver).catch(ignoreFullDisk)
  }, [leaver, salesDb])
  return signedIn && !signedIn.isLocked ? <IdleWatch key={signedIn.staffId} staffId={signedIn.staffId} /> : null
}

function IdleWatch({ staffId }: { staffId: number }) {
  const { db, salesDb } = useServices()
  const lockAfterMs = useShopSettings(db).lock_after_s * 1000

  // Input anywhere on the page and the passing of time are events of the browser, not of this component.
  useEffect(() => {
    const clock = () => ({ at: Date.now(), steady: steadyNow() })
    let state = startIdle(readActivity(), clock())
    const take = (event: IdleEvent) => {
      const step = stepIdle(state, event, lockAfterMs)
      state = step.state
      if (step.effect === 'tell') markActivity(event.at)
      if (step.effect === 'lock') void lockSession(salesDb, staffId).catch(ignoreFullDisk)
    }
    const onInput = () => take({ type: 'input', ...clock() })
    const onTick = () => take({ type: 'tick', ...clock(), elsewhere: readActivity() })
    for (const input of INPUTS) window.addEventListener(input, onInput, { capture: true, passive: true })
    const timer = setInterval(onTick, TICK_MS)
    onTick()
    return () => {
      for (const input of INPUTS) window.removeEventListener(input, onInput, { capture: true })
      clearInterval(timer)
    }
  }, [salesDb, staffId, lockAfterMs])
  return null
}

/** A failed write is tried again at the next tick. */
function ignoreFullDisk(): void {}
