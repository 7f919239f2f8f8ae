import { useTranslation } from 'react-i18next'
import type { OperationRow } from '../../db/sales/sales-rows.ts'
import { useFormat } from '../../i18n/use-format.ts'
import { useApproval, useOwnerApproval } from '../shared/people/approval.tsx'
import { endServerSession } from '../shared/people/pin-on-server.ts'
import { kindWords, outcomeWords, referenceOf, totalOf } from '../shared/sales/operation-words.ts'
import { useServices } from '../shared/services.ts'
import { useDecider } from './use-decider.ts'

export type Resolution = 'keep_server' | 'keep_local'

export interface Decisions {
  /** False: nobody is signed in, so nobody can decide. */
  readonly canDecide: boolean
  sendAgain(): Promise<string>
  /** After a supervisor's PIN. Null: given up. */
  voidIt(reason: string): Promise<string | null>
  /** After the owner's PIN, which the server checks. Null: given up. */
  resolve(resolution: Resolution): Promise<string | null>
}

const RESOLUTIONS = {
  done: 'unsent.resolved',
  offline: 'unsent.resolveOffline',
  refused: 'unsent.resolveRefused',
} as const

/** What a person can decide about a refused operation; each answers in words what happened. */
export function useDecisions(row: OperationRow): Decisions {
  const { t } = useTranslation()
  const format = useFormat()
  const { sales, http } = useServices()
  const actor = useDecider()
  const approve = useApproval()
  const approveAsOwner = useOwnerApproval()
  const total = totalOf(row)
  const details = [kindWords(row, t), referenceOf(row), total === null ? '' : format.rupiah(total)]
    .filter((part) => part !== '')
    .join(' · ')

  return {
    canDecide: actor !== null,
    async sendAgain() {
      if (actor === null) return t('unsent.signIn')
      await sales.sendAgain(row.offline_id, actor)
      return t('unsent.sentAgain')
    },
    async voidIt(reason) {
      if (actor === null) return t('unsent.signIn')
      const facts =
        row.content.type === 'sale'
          ? {
              what: 'void' as const,
              record: crypto.randomUUID(),
              sale: row.offline_id,
              amount: row.content.sale.grand_total,
              base: null,
            }
          : null
      const given = await approve({
        what: 'void-refused',
        details: `${details} · ${reason}`,
        ...(facts === null ? {} : { facts }),
      })
      if (given === null) return null
      const permitted = { ...actor, approvedBy: given.staffId, proof: given.proof }
      const outcome =
        row.content.type === 'sale'
          ? await sales.voidSale({ offlineId: row.offline_id, items: row.content.sale.items }, reason, permitted)
          : await sales.dropRefused(row.offline_id, reason, permitted)
      if (outcome.ok) return t('unsent.voided')
      return outcome.reason === 'already-done' ? t('unsent.voidNotPossible') : outcomeWords(outcome.reason, t)
    },
    async resolve(resolution) {
      if (actor === null) return t('unsent.signIn')
      const chosen = t(resolution === 'keep_server' ? 'unsent.keepServer' : 'unsent.keepLocal')
      const approval = await approveAsOwner(`${details} · ${chosen}`)
      if (approval === null) return null
      const { staffId, staffToken } = approval
      const permitted = { ...actor, approvedBy: staffId }
      const outcome = await sales.resolveConflict(row.offline_id, { resolution, reason: chosen, staffToken }, permitted)
      endServerSession(http, staffToken)
      return t(RESOLUTIONS[outcome])
    },
  }
}
