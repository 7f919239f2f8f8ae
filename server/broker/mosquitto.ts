/**
 * Mosquitto ≥ 2.0 with its dynamic security plugin. The plugin is told at run time what policy.ts says: a role for the backend, a
 * role for each branch, a client for each device. Its state is the broker's own file; this adapter makes no assumption about what
 * is in it and repairs it at every connection.
 *
 * Two things that the plugin cannot be told:
 * - It knows one exact client id for a client or any, not "begins with the device id". A device could take over another one's
 *   connection by using its client id (it would still not see its messages); the other reconnects.
 * - It does not give a stored password back. A fingerprint of password and branch in the client's description tells whether it is
 *   the current one, because every change of a client disconnects it.
 */
import { createHash } from 'node:crypto'
import type { BaseLogger } from 'pino'
import * as v from 'valibot'
import { backendPublishFilters, branchAclFilter } from '../../src/contract/topics.ts'
import type { DeviceDirectory } from './access-control.ts'
import type { Broker, DeviceCredentials } from './broker.ts'
import { CONTROL_RESPONSES, createDynsecControl, type DynsecAnswer, type DynsecCommand } from './dynsec-control.ts'
import { BrokerError } from './errors.ts'
import type { MqttConnectionOptions } from './mqtt-connection.ts'
import { createMqttLink, type LinkSession } from './mqtt-link.ts'
import { hashToken } from './policy.ts'

export interface MosquittoBrokerOptions {
  /** The user that administers the plugin: what `mosquitto_ctrl dynsec init` was given. */
  readonly connection: MqttConnectionOptions
  /** What browsers connect to. */
  readonly wsUrl: string
  /** First level of the topics. */
  readonly env: string
  readonly devices: DeviceDirectory
  readonly log: Pick<BaseLogger, 'info' | 'warn'>
}

const BACKEND_ROLE = 'mstore-backend'

const LIST_PAGE = 100

/** What holds where no role says anything. Receiving is denied too: a branch's role grants it, an old subscription keeps nothing. */
const DEFAULT_ACCESS: Readonly<Record<string, boolean>> = {
  publishClientSend: false,
  publishClientReceive: false,
  subscribe: false,
  unsubscribe: true,
}

interface Acl {
  readonly acltype: string
  readonly topic: string
  readonly allow: boolean
}

const aclSchema = v.object({ acltype: v.string(), topic: v.optional(v.string(), ''), allow: v.boolean() })
const defaultAccessSchema = v.object({ acls: v.array(v.object({ acltype: v.string(), allow: v.boolean() })) })
const roleSchema = v.object({ role: v.object({ acls: v.optional(v.array(aclSchema), []) }) })
const clientSchema = v.object({
  client: v.object({
    textdescription: v.optional(v.string(), ''),
    disabled: v.optional(v.boolean(), false),
    roles: v.optional(v.array(v.object({ rolename: v.string() })), []),
  }),
})

const clientListSchema = v.object({
  clients: v.array(v.object({ username: v.string(), textdescription: v.optional(v.string(), '') })),
})

type Send = LinkSession['publish']

export function createMosquittoBroker(options: MosquittoBrokerOptions): Broker {
  const { devices, log } = options
  const control = createDynsecControl()
  /** Provisioning and revoking of one device happen one after another. */
  const turns = new Map<string, Promise<void>>()

  const link = createMqttLink({
    connection: options.connection,
    log,
    prepare: prepareBroker,
    onMessage: (topic, payload) => {
      if (topic === CONTROL_RESPONSES) control.receive(payload)
    },
    onLost: control.abandon,
  })

  async function ask(send: Send, command: DynsecCommand): Promise<DynsecAnswer> {
    return await control.request(send, command)
  }

  async function command(send: Send, wanted: DynsecCommand): Promise<void> {
    const answer = await ask(send, wanted)
    if (!answer.ok) throw new BrokerError('refused', `mosquitto refused ${wanted.command}: ${answer.error}`)
  }

  async function prepareBroker({ publish, subscribe }: LinkSession): Promise<void> {
    await subscribe(CONTROL_RESPONSES)
    await ensureDefaultAccess(publish)
    const filters = backendPublishFilters()
    await ensureRole(
      publish,
      BACKEND_ROLE,
      ['publishClientSend', 'publishClientReceive', 'subscribePattern'].flatMap((acltype) =>
        filters.map((topic) => ({ acltype, topic, allow: true })),
      ),
    )
    await removeRevokedClients(publish)
    if (await hasBackendRole(publish)) return
    // The plugin disconnects every connection of a client whose roles change: the next one finds the role in place.
    const added = await ask(publish, {
      command: 'addClientRole',
      username: options.connection.username,
      rolename: BACKEND_ROLE,
      priority: 0,
    })
    if (!added.ok && !(await hasBackendRole(publish))) {
      throw new BrokerError('refused', `mosquitto refused addClientRole: ${added.error}`)
    }
  }

  /**
   * A device may have been revoked while the broker was away; its client is still in the broker's file then. One that nobody knows
   * stays: the database may have been set back, or lost its devices, and a shop must not go dark for that.
   */
  async function removeRevokedClients(send: Send): Promise<void> {
    for (const username of await listOwnClients(send)) {
      if (!(await devices.isRevoked(username))) {
        if ((await devices.findDeviceScope(username)) === null)
          log.warn(
            { device_id: username },
            'mosquitto knows a device that the database does not know; it is left alone',
          )
        continue
      }
      const removed = await ask(send, { command: 'deleteClient', username })
      if (removed.ok) log.info({ device_id: username }, 'removed a revoked device from mosquitto')
    }
  }

  /** The clients that an adapter like this one has made; other users of the broker are left alone. */
  async function listOwnClients(send: Send): Promise<string[]> {
    const usernames: string[] = []
    for (let offset = 0; ; offset += LIST_PAGE) {
      const answer = await ask(send, { command: 'listClients', verbose: true, count: LIST_PAGE, offset })
      const page = answer.ok ? v.safeParse(clientListSchema, answer.data) : null
      if (page?.success !== true) throw new BrokerError('refused', 'mosquitto does not list its clients')
      const { clients } = page.output
      for (const { username, textdescription } of clients) {
        if (textdescription.startsWith(markOf(options.env))) usernames.push(username)
      }
      if (clients.length < LIST_PAGE) return usernames
    }
  }

  async function hasBackendRole(send: Send): Promise<boolean> {
    const own = await findClient(send, options.connection.username)
    return own?.roles.some(({ rolename }) => rolename === BACKEND_ROLE) === true
  }

  async function ensureDefaultAccess(send: Send): Promise<void> {
    const answer = await ask(send, { command: 'getDefaultACLAccess' })
    const current = answer.ok ? v.safeParse(defaultAccessSchema, answer.data) : null
    const isRight =
      current?.success === true &&
      Object.entries(DEFAULT_ACCESS).every(([acltype, allow]) =>
        current.output.acls.some((acl) => acl.acltype === acltype && acl.allow === allow),
      )
    if (isRight) return
    const acls = Object.entries(DEFAULT_ACCESS).map(([acltype, allow]) => ({ acltype, allow }))
    await command(send, { command: 'setDefaultACLAccess', acls })
  }

  async function ensureRole(send: Send, rolename: string, acls: readonly Acl[]): Promise<void> {
    const answer = await ask(send, { command: 'getRole', rolename })
    const current = answer.ok ? v.safeParse(roleSchema, answer.data) : null
    if (current?.success === true) {
      if (isSameAcls(current.output.role.acls, acls)) return
      return await command(send, { command: 'modifyRole', rolename, acls })
    }
    const created = await ask(send, { command: 'createRole', rolename, acls })
    // Another server may have been faster: then it is there, with the same content.
    if (!created.ok) await command(send, { command: 'modifyRole', rolename, acls })
  }

  async function findClient(
    send: Send,
    username: string,
  ): Promise<v.InferOutput<typeof clientSchema>['client'] | null> {
    const answer = await ask(send, { command: 'getClient', username })
    const client = answer.ok ? v.safeParse(clientSchema, answer.data) : null
    return client?.success === true ? client.output.client : null
  }

  async function ensureClient(device: DeviceCredentials): Promise<void> {
    const send: Send = link.publish
    const rolename = branchAclFilter(device.scope)
    const fingerprint = fingerprintOf(device)
    await ensureRole(send, rolename, [
      { acltype: 'subscribePattern', topic: rolename, allow: true },
      { acltype: 'publishClientReceive', topic: rolename, allow: true },
    ])
    const current = await findClient(send, device.deviceId)
    const hasRole = current?.roles.some((role) => role.rolename === rolename) === true
    if (hasRole && current?.textdescription === fingerprint && !current.disabled) return
    const wanted = {
      username: device.deviceId,
      password: device.password,
      textdescription: fingerprint,
      roles: [{ rolename, priority: 0 }],
    }
    const isCreated = current === null && (await ask(send, { command: 'createClient', ...wanted })).ok
    // Not created although it was missing: another server was faster with the same device.
    if (!isCreated) await command(send, { command: 'modifyClient', ...wanted })
    if (current?.disabled === true) await command(send, { command: 'enableClient', username: device.deviceId })
    // The device may have been revoked while this went on; the revocation may have found no client to delete.
    if ((await devices.findDeviceScope(device.deviceId)) === null) await removeClient(device.deviceId)
  }

  async function removeClient(deviceId: string): Promise<void> {
    const answer = await ask(link.publish, { command: 'deleteClient', username: deviceId })
    if (!answer.ok && (await findClient(link.publish, deviceId)) !== null) {
      throw new BrokerError('refused', `mosquitto refused deleteClient: ${answer.error}`)
    }
  }

  function inTurn(deviceId: string, work: () => Promise<void>): Promise<void> {
    const turn = (turns.get(deviceId) ?? Promise.resolve()).catch(() => undefined).then(work)
    turns.set(deviceId, turn)
    const forget = (): void => {
      if (turns.get(deviceId) === turn) turns.delete(deviceId)
    }
    turn.then(forget, forget)
    return turn
  }

  return {
    name: 'mosquitto',
    start: link.start,
    get connected() {
      return link.connected
    },
    onConnection: link.onConnection,
    publish: link.publish,
    endpoint: () => ({ url: options.wsUrl, protocolVersion: 5 }),
    provision: (device) => inTurn(device.deviceId, () => ensureClient(device)),
    async revoke(deviceId) {
      await inTurn(deviceId, () => removeClient(deviceId))
      return 'ended'
    },
    async close() {
      await link.close()
      control.abandon()
    },
  }
}

/** Marks the clients that are devices of an environment; servers of several may share a broker. */
function markOf(env: string): string {
  return `mstore ${env}/`
}

function fingerprintOf({ password, scope }: DeviceCredentials): string {
  return `${markOf(scope.env)}${createHash('sha256')
    .update(`${hashToken(password)} ${branchAclFilter(scope)}`)
    .digest('hex')}`
}

function isSameAcls(left: readonly Acl[], right: readonly Acl[]): boolean {
  const keys = (acls: readonly Acl[]): string[] =>
    acls.map(({ acltype, topic, allow }) => `${acltype} ${topic} ${allow}`).sort()
  return JSON.stringify(keys(left)) === JSON.stringify(keys(right))
}
