/** A supervisor's permission: asked in a dialog, given by PIN, recorded. */
import ShieldAlert from 'lucide-react/icons/shield-exclamation-point'
import { createContext, type ReactNode, useCallback, useContext, useRef, useState } from 'preact/compat'
import { useTranslation } from 'react-i18next'
import type { StaffRow } from '../../../db/rows.ts'
import { saveApproval } from '../../../db/sales/approvals.ts'
import { useStaff } from '../../../db/use-staff.ts'
import type { ApprovalProof } from '../../../sync/outbox/sales.ts'
import { Button } from '../../../ui/button.tsx'
import { Dialog } from '../../../ui/dialog.tsx'
import { useServices } from '../services.ts'
import styles from './approval.module.css'
import { type KnownFacts, proveApproval } from './approval-key.ts'
import { type PinVerdict, verdictOf } from './check-pin.ts'
import { createQuestions, type Question } from './one-question.ts'
import { PinEntry } from './pin-entry.tsx'
import { askServerAboutPin } from './pin-on-server.ts'
import { useSignedIn } from './staff-session.ts'

/** `decide`: a difference between what is stored here and on the server (rule Q2). */
export type ApprovalSubject = 'void' | 'refund' | 'discount' | 'delete-cart' | 'void-refused' | 'decide'

export interface ApprovalRequest {
  readonly what: ApprovalSubject
  /** Text for the approver: which sale, how much. */
  readonly details: string
  /** The same facts for the proof; absent: no operation follows that could carry one. */
  readonly facts?: KnownFacts
}

/** A permission given on this device. */
export interface GivenApproval {
  readonly staffId: number
  /** Proves to the server that the PIN was typed; null: this device has no key for that person yet. */
  readonly proof: ApprovalProof | null
}

/** Null: cancelled, or nobody can approve. */
export type AskApproval = (request: ApprovalRequest) => Promise<GivenApproval | null>

/** A permission that the server checked. The receiver of the token must end its session (pin-on-server.ts). */
export interface OwnerApproval {
  readonly staffId: number
  readonly staffToken: string
}

const TITLES = {
  void: 'approval.void',
  refund: 'approval.refund',
  discount: 'approval.discount',
  'delete-cart': 'approval.deleteCart',
  'void-refused': 'approval.voidRefused',
  decide: 'approval.decide',
} as const

/** No operation follows that would carry the permission (`approved_by`), so it is recorded by itself. */
const RECORDED_APART: ReadonlySet<ApprovalSubject> = new Set(['delete-cart'])

/** Only an owner may approve these, and the server checks the PIN, so that the holder of a device cannot approve them alone. */
const BY_OWNER: ReadonlySet<ApprovalSubject> = new Set(['decide'])

interface Approval extends GivenApproval {
  /** The owner's session token, for subjects in BY_OWNER. */
  readonly staffToken: string | null
}

type Ask = (request: ApprovalRequest) => Promise<Approval | null>
const ApprovalContext = createContext<Ask | null>(null)

/** Asks for a permission: a supervisor's or the owner's PIN, also when one of them is signed in. One request at a time. */
export function useApproval(): AskApproval {
  const ask = useContext(ApprovalContext)
  if (!ask) throw new Error('useApproval needs an ApprovalProvider above it')
  return ask
}

/** Asks for the owner's permission to decide; needs the network. Null: given up, or there is no owner. */
export function useOwnerApproval(): (details: string) => Promise<OwnerApproval | null> {
  const ask = useContext(ApprovalContext)
  if (!ask) throw new Error('useOwnerApproval needs an ApprovalProvider above it')
  return useCallback(
    async (details) => {
      const approval = await ask({ what: 'decide', details })
      return approval?.staffToken ? { staffId: approval.staffId, staffToken: approval.staffToken } : null
    },
    [ask],
  )
}

/** Shows the dialog that useApproval asks for, above whatever screen asks. */
export function ApprovalProvider({ children }: { children: ReactNode }) {
  const [question, setQuestion] = useState<Question<ApprovalRequest, Approval> | null>(null)
  const [{ ask, answer }] = useState(() => createQuestions(setQuestion))
  return (
    <ApprovalContext value={ask}>
      {children}
      {question ? (
        <ApprovalDialog
          key={question.id}
          request={question.asked}
          onAnswer={(approval) => answer(question, approval)}
        />
      ) : null}
    </ApprovalContext>
  )
}

function ApprovalDialog({
  request,
  onAnswer,
}: {
  request: ApprovalRequest
  onAnswer(approval: Approval | null): void
}) {
  const { t } = useTranslation()
  const { db, salesDb, http, after } = useServices()
  const signedIn = useSignedIn()
  const isByOwner = BY_OWNER.has(request.what)
  const staffToken = useRef<string | null>(null)
  const approvers = useStaff(db)?.filter(
    ({ active, role }) => active && (isByOwner ? role === 'owner' : role !== 'cashier'),
  )

  async function checkOnServer({ id }: StaffRow, pin: string): Promise<PinVerdict> {
    try {
      const answer = await askServerAboutPin(http, { staffId: id, pin })
      if (answer.ok) staffToken.current = answer.session.staff_token
      return verdictOf(answer)
    } catch {
      return 'server-failed'
    }
  }

  async function record(approver: StaffRow, pin: string): Promise<boolean> {
    if (RECORDED_APART.has(request.what)) {
      try {
        await saveApproval(salesDb, {
          at: Date.now(),
          what: request.what,
          details: request.details,
          staff_id: signedIn?.staffId ?? null,
          approved_by: approver.id,
        })
      } catch {
        return false
      }
    }
    const { facts } = request
    const proof =
      facts === undefined ? null : await proveApproval({ db, http, after }, approver, pin, facts, Date.now())
    onAnswer({ staffId: approver.id, staffToken: staffToken.current, proof })
    return true
  }

  return (
    <Dialog
      title={t(TITLES[request.what])}
      onClose={() => onAnswer(null)}
      actions={<Button onClick={() => onAnswer(null)}>{t('app.cancel')}</Button>}
    >
      <p className={styles.details}>
        <ShieldAlert size={24} aria-hidden />
        {request.details}
      </p>
      {approvers === undefined ? null : approvers.length === 0 ? (
        <div role="alert">
          <h3>{t('approval.nobodyTitle')}</h3>
          <p>{t(isByOwner ? 'owner.noOwner' : 'approval.nobodyText')}</p>
        </div>
      ) : (
        <>
          <p className={styles.intro}>{t(isByOwner ? 'approval.introOwner' : 'approval.intro')}</p>
          <PinEntry
            people={approvers}
            preferredId={signedIn && signedIn.role !== 'cashier' ? signedIn.staffId : null}
            submitLabel={t('approval.submit')}
            storageWords={t('approval.storage')}
            {...(isByOwner ? { check: checkOnServer } : {})}
            onRight={record}
          />
        </>
      )}
    </Dialog>
  )
}
