import type { BranchScope } from '../../src/contract/topics.ts'
import { hashToken, isClientIdOfDevice, isSameSecret, MAX_CREDENTIAL_LENGTH, NOBODY, type Principal } from './policy.ts'

export interface SignedIn {
  readonly deviceId: string
  readonly scope: BranchScope
  /** The first time with this password, while there was another one before it. */
  readonly isPasswordNew: boolean
}

/**
 * Where devices are looked up (SQL in the server, a map in tests). All answer for the moment of the call, the first two know nothing of
 * revoked devices, so a revocation needs no cache to be emptied.
 */
export interface DeviceDirectory {
  /**
   * The device with this id that signs in with a password of this hash (SHA-256, lower-case hex); null when it is none of its own, or the
   * device is revoked. Counts as use of the password: the one before it is no use any more.
   */
  signIn(deviceId: string, passwordHash: string): Promise<SignedIn | null>
  /** The branch of a device that is not revoked. */
  findDeviceScope(deviceId: string): Promise<BranchScope | null>
  /** True when somebody revoked it. False too for a device that nobody knows: a database that was set back has no word of it. */
  isRevoked(deviceId: string): Promise<boolean>
}

/** The backend's own name and password at the broker. Absent: nobody connects as the backend (embedded broker's default). */
export interface BackendCredentials {
  readonly username: string
  readonly password: string
}

export interface ConnectAttempt {
  readonly username: string
  readonly password: string
  readonly clientId: string
}

/** Finds out who is asking; what that principal may do is policy.ts. Rejects only when the directory does. */
export interface AccessControl {
  /** For a connection attempt: checks the password. */
  authenticate(attempt: ConnectAttempt): Promise<Principal>
  /** For a client that has been authenticated before, by name: is it (still) somebody? */
  identify(username: string, clientId: string): Promise<Principal>
}

export function createAccessControl(options: {
  readonly env: string
  readonly backend: BackendCredentials | null
  readonly devices: DeviceDirectory
  /** Hears the name of whoever was refused a connection. */
  readonly onRefused?: ((username: string) => void) | undefined
}): AccessControl {
  const { env, backend, devices, onRefused } = options
  const access: AccessControl = {
    async authenticate({ username, password, clientId }) {
      if (!isPlausible(username) || !isPlausible(password)) return NOBODY
      if (backend !== null && username === backend.username) {
        return isSameSecret(password, backend.password) ? { kind: 'backend', env } : NOBODY
      }
      if (!isClientIdOfDevice(clientId, username)) return NOBODY
      const device = await devices.signIn(username, hashToken(password))
      if (device === null || device.deviceId !== username) return NOBODY
      const { deviceId, scope, isPasswordNew } = device
      return { kind: 'device', deviceId, scope, ...(isPasswordNew ? { isPasswordNew } : {}) }
    },

    async identify(username, clientId) {
      if (!isPlausible(username)) return NOBODY
      if (backend !== null && username === backend.username) return { kind: 'backend', env }
      if (!isClientIdOfDevice(clientId, username)) return NOBODY
      const scope = await devices.findDeviceScope(username)
      return scope === null ? NOBODY : { kind: 'device', deviceId: username, scope }
    },
  }
  if (onRefused === undefined) return access
  return {
    ...access,
    async authenticate(attempt) {
      const principal = await access.authenticate(attempt)
      if (principal.kind === 'none') onRefused(attempt.username)
      return principal
    },
  }
}

function isPlausible(credential: string): boolean {
  return credential.length > 0 && credential.length <= MAX_CREDENTIAL_LENGTH && !credential.includes('\u0000')
}
