import type { FastifyInstance, FastifyRequest } from 'fastify'
import { deviceKeyRequestSchema, enrollRequestSchema, mqttPasswordRequestSchema } from '../../src/contract/device.ts'
import { PATHS } from '../../src/contract/rest.ts'
import type { RouteDeps } from '../app-deps.ts'
import { hashToken } from '../broker/policy.ts'
import { formatDeviceToken } from '../devices/device-credentials.ts'
import { enrollDevice } from '../devices/enroll-device.ts'
import { type ProfiledDevice, profileOf, scopeOf } from '../devices/profile-of.ts'
import { thumbprintOf } from '../devices/verify-proof.ts'
import { ApiError, conflict, invalidRequest } from '../http/api-error.ts'
import { bearerToken, type DeviceGuard } from '../http/authenticate.ts'
import { clientAddress } from '../http/client-address.ts'
import { parseRequest } from '../http/parse-request.ts'
import { requestOrigin } from '../http/request-origin.ts'
import { bindDeviceKey, changeMqttPassword, type DeviceRow } from '../sql/devices.ts'

/** A broker that is slow must not hold a tablet's start: it is told again when the device asks next. */
const PROVISION_TIMEOUT_MS = 3_000
/** Wrong codes a minute and address. Right ones are free: a shop enrols its tablets in one go. */
const MAX_WRONG_CODES = 30
/** New passwords for the broker in ten minutes and device: one is enough, and answers get lost. */
const MAX_NEW_PASSWORDS = 10

/** Enrolment by a one-time code, open to everyone. */
export function registerEnrollRoute(app: FastifyInstance, deps: RouteDeps): void {
  const countWrongCodes = app.createRateLimit({ max: MAX_WRONG_CODES, timeWindow: '1 minute' })

  async function refuseGuesser(request: FastifyRequest, increment: boolean): Promise<void> {
    const limit = await countWrongCodes(request, { increment })
    if (limit.isAllowed || !limit.isExceeded) return
    const headers = { 'retry-after': String(limit.ttlInSeconds) }
    throw new ApiError(429, 'too_many_requests', 'Too many wrong pairing codes; try again later', headers)
  }

  app.post(PATHS.enroll, async (request) => {
    await refuseGuesser(request, false)
    const body = parseRequest(enrollRequestSchema, request.body)
    const keyThumbprint = body.public_key === undefined ? null : await requireThumbprint(body.public_key)
    const enrolled = enrollDevice(deps.db, deps.randomBytes, {
      pairingCode: body.pairing_code,
      deviceName: body.device_name,
      keyThumbprint,
    })
    const { device, token } = await enrolled.catch(async (error: unknown) => {
      if (error instanceof ApiError) {
        deps.security.note({ kind: 'pairing_code_wrong', address: clientAddress(request) })
        await refuseGuesser(request, true)
      }
      throw error
    })
    const { id: deviceId, branchId } = device
    deps.security.note({ kind: 'device_enrolled', branchId, deviceId, address: clientAddress(request) })
    if (isTokenThePassword(device)) await provision(deps, device, token)
    const profile = profileOf(device, deps.appEnv, deps.broker, requestOrigin(request, deps.publicUrl))
    return { code: 200, data: { ...profile, device_secret_token: token } }
  })
}

/** What a device asks at each start; that is also when a broker that lost its devices learns of it again. */
export function registerDeviceRoutes(app: FastifyInstance, deps: RouteDeps, guard: DeviceGuard): void {
  const countNewPasswords = app.createRateLimit({
    max: MAX_NEW_PASSWORDS,
    timeWindow: '10 minutes',
    keyGenerator: (request) => guard.deviceOf(request).id,
  })

  app.get(PATHS.me, async (request) => {
    const device = guard.deviceOf(request)
    const token = bearerToken(request)
    if (token !== null && isTokenThePassword(device)) await provision(deps, device, token)
    const profile = profileOf(device, deps.appEnv, deps.broker, requestOrigin(request, deps.publicUrl))
    return { code: 200, data: { ...profile, key_bound: device.keyThumbprint !== null } }
  })

  // A device that was enrolled before it could show a key. The first key counts, so a thief of the token would have to be first, and
  // the tablet itself would be refused from then on.
  app.post(PATHS.deviceKey, async (request) => {
    const device = guard.deviceOf(request)
    const thumbprint = await requireThumbprint(parseRequest(deviceKeyRequestSchema, request.body).public_key)
    if (!(await bindDeviceKey(deps.db, device.id, thumbprint))) throw conflict('This device is bound to another key')
    if (device.keyThumbprint === null) {
      const { id: deviceId, branchId } = device
      deps.security.note({ kind: 'key_bound', branchId, deviceId, address: clientAddress(request) })
      deps.lines('info', { device_id: deviceId }, 'device bound to its key')
    }
    return { code: 200, data: { key_bound: true } }
  })

  // The server has hashes alone: a broker that lost its state is told again by the device, which says what it holds.
  app.post(PATHS.mqttPassword, async (request) => {
    const device = guard.deviceOf(request)
    const { held } = parseRequest(mqttPasswordRequestSchema, request.body)
    if (held !== undefined && device.mqttHash === hashToken(held)) {
      await provision(deps, device, held)
      return { code: 200, data: { mqtt_password: null } }
    }
    const limit = await countNewPasswords(request)
    if (!limit.isAllowed && limit.isExceeded) {
      const headers = { 'retry-after': String(limit.ttlInSeconds) }
      throw new ApiError(429, 'too_many_requests', 'Too many new passwords; try again later', headers)
    }
    const password = formatDeviceToken(deps.randomBytes(32))
    if (!(await changeMqttPassword(deps.db, device.id, hashToken(password)))) {
      throw new ApiError(401, 'device_revoked', 'This device was revoked')
    }
    await provision(deps, device, password)
    return { code: 200, data: { mqtt_password: password } }
  })
}

/** MQTT can prove no key: a token that is bound to one, or was replaced by a password, is no use at the broker. */
function isTokenThePassword({ keyThumbprint, mqttHash }: DeviceRow): boolean {
  return keyThumbprint === null && mqttHash === null
}

async function requireThumbprint(publicKey: unknown): Promise<string> {
  const thumbprint = await thumbprintOf(publicKey)
  if (thumbprint === null) throw invalidRequest('public_key: not a public key on P-256 as a JWK')
  return thumbprint
}

/** Never fails the request: REST works without the broker, and the next call tries again. */
async function provision(deps: RouteDeps, device: ProfiledDevice, password: string): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const timeout = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`not done after ${PROVISION_TIMEOUT_MS} ms`)), PROVISION_TIMEOUT_MS)
  })
  try {
    await Promise.race([
      deps.broker.provision({ deviceId: device.id, password, scope: scopeOf(device, deps.appEnv) }),
      timeout,
    ])
  } catch (error) {
    const told = 'device not made known to the broker; its next start tries again'
    deps.lines('warn', { err: error, device_id: device.id }, told)
  } finally {
    clearTimeout(timer)
  }
}
