import { describe, expect, it } from 'vitest'
import { PATHS } from '../../../src/contract/rest.ts'
import { STAFF_TOKEN_HEADER } from '../../../src/contract/staff-session.ts'
import { createOwnerSession } from '../../../src/features/owner/session/owner-session.ts'
import { HttpFailure } from '../../../src/sync/errors.ts'
import type { HttpAnswer, HttpRequest } from '../../../src/sync/ports.ts'

const answer = (data: unknown): HttpAnswer => ({
  status: 200,
  body: { code: 200, data },
  etag: null,
  retryAfterMs: null,
})
const signedIn = (role: string) =>
  answer({ staff_token: 'a-token-of-a-good-length', expires_at: 'x', staff: { id: 4, name: 'Hartono', role } })

function open(respond: (request: HttpRequest) => HttpAnswer) {
  const sent: HttpRequest[] = []
  let expire: (() => void) | null = null
  const session = createOwnerSession(
    async (request) => {
      sent.push(request)
      return respond(request)
    },
    (_delay, callback) => {
      expire = callback
      return () => {
        if (expire === callback) expire = null
      }
    },
  )
  return { session, sent, letTimePass: () => expire?.() }
}

describe('an owner’s session', () => {
  it('sends the token with each request, from sign-in to sign-out', async () => {
    const { session, sent } = open(({ path }) => (path === PATHS.staffSession ? signedIn('owner') : answer({})))
    await session.ownerHttp({ path: '/x' })
    expect(sent.at(-1)?.headers).toBeUndefined()
    expect(await session.signIn(4, '9999')).toEqual({ ok: true })
    await session.ownerHttp({ path: '/x' })
    expect(sent.at(-1)?.headers).toEqual({ [STAFF_TOKEN_HEADER]: 'a-token-of-a-good-length' })
    session.signOut()
    expect(session.get()).toEqual({ phase: 'out' })
    await session.ownerHttp({ path: '/x' })
    expect(sent.at(-1)?.headers).toBeUndefined()
  })

  it('is not opened by a cashier, nor by a wrong PIN; how long to wait is told', async () => {
    const cashier = open(() => signedIn('cashier'))
    expect(await cashier.session.signIn(4, '1111')).toMatchObject({ ok: false, kind: 'not-owner' })
    expect(cashier.session.get()).toEqual({ phase: 'out' })
    const waiting = open(() => {
      throw new HttpFailure('wait', 429, 'too_many_requests', 60_000)
    })
    expect(await waiting.session.signIn(4, '1111')).toEqual({
      ok: false,
      kind: 'too_many_requests',
      retryAfterMs: 60_000,
    })
    const offline = open(() => {
      throw new HttpFailure('no answer', null)
    })
    expect(await offline.session.signIn(4, '1111')).toMatchObject({ ok: false, kind: 'offline' })
  })

  it('ends when the server says so and after half an hour without a request, and tells who it was', async () => {
    let isOver = false
    const { session, letTimePass } = open(({ path }) => {
      if (path === PATHS.staffSession) return signedIn('owner')
      if (isOver) throw new HttpFailure('sign in', 403, 'staff_sign_in_needed')
      return answer({})
    })
    await session.signIn(4, '9999')
    letTimePass()
    expect(session.get()).toMatchObject({ phase: 'expired', staff: { id: 4 } })
    await session.signIn(4, '9999')
    isOver = true
    await expect(session.ownerHttp({ path: '/x' })).rejects.toThrow(HttpFailure)
    expect(session.get()).toMatchObject({ phase: 'expired' })
  })
})
