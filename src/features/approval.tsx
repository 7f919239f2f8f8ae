/** A supervisor's permission: asked in a dialog, given by PIN, recorded. */
import { ShieldAlert } from 'lucide-react'
import { createContext, type ReactNode, useCallback, useContext, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Staff } from '../contract/records.ts'
import { saveApproval } from '../db/sales/approvals.ts'
import { useStaff } from '../db/use-staff.ts'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import styles from './approval.module.css'
import { PinEntry } from './pin-entry.tsx'
import { useServices } from './services.ts'
import { useSignedIn } from './staff-session.ts'

/** `decide`: a difference between what is stored here and on the server (rule Q2). */
export type ApprovalSubject = 'void' | 'refund' | 'discount' | 'delete-cart' | 'void-refused' | 'decide'

export interface ApprovalRequest {
  readonly what: ApprovalSubject
  /** For the one who allows it, in words: which sale, how much. */
  readonly details: string
}

/** Resolves to the id of the member of staff who allowed it; null: given up, or nobody can. */
export type AskApproval = (request: ApprovalRequest) => Promise<number | null>

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

const ApprovalContext = createContext<AskApproval | null>(null)

/** Asks for a permission: a supervisor's or the owner's PIN, also when one of them is signed in. One request at a time. */
export function useApproval(): AskApproval {
  const ask = useContext(ApprovalContext)
  if (!ask) throw new Error('useApproval needs an ApprovalProvider above it')
  return ask
}

interface Asked {
  readonly request: ApprovalRequest
  readonly resolve: (staffId: number | null) => void
}

/** Shows the dialog that useApproval asks for, above whatever screen asks. */
export function ApprovalProvider({ children }: { children: ReactNode }) {
  const [asked, setAsked] = useState<Asked | null>(null)
  const last = useRef<Asked | null>(null)
  const show = useCallback((next: Asked | null) => {
    // Whoever asked before is answered: nobody waits for a dialog that is gone.
    last.current?.resolve(null)
    last.current = next
    setAsked(next)
  }, [])
  const ask = useCallback<AskApproval>((request) => new Promise((resolve) => show({ request, resolve })), [show])
  return (
    <ApprovalContext value={ask}>
      {children}
      {asked ? (
        <ApprovalDialog
          request={asked.request}
          onAnswer={(staffId) => {
            asked.resolve(staffId)
            show(null)
          }}
        />
      ) : null}
    </ApprovalContext>
  )
}

function ApprovalDialog({ request, onAnswer }: { request: ApprovalRequest; onAnswer(staffId: number | null): void }) {
  const { t } = useTranslation()
  const { db, salesDb } = useServices()
  const signedIn = useSignedIn()
  const approvers = useStaff(db)?.filter(({ active, role }) => active && role !== 'cashier')

  async function record(approver: Staff): Promise<boolean> {
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
    onAnswer(approver.id)
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
          <p>{t('approval.nobodyText')}</p>
        </div>
      ) : (
        <>
          <p className={styles.intro}>{t('approval.intro')}</p>
          <PinEntry
            people={approvers}
            preferredId={signedIn && signedIn.role !== 'cashier' ? signedIn.staffId : null}
            submitLabel={t('approval.submit')}
            storageWords={t('approval.storage')}
            onRight={record}
          />
        </>
      )}
    </Dialog>
  )
}
