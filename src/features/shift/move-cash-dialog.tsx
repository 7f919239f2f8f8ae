import { useMutation } from '@tanstack/react-query'
import { type FormEvent, useState } from 'preact/compat'
import { useTranslation } from 'react-i18next'
import type { Actor } from '../../sync/outbox/sales.ts'
import { Button } from '../../ui/button.tsx'
import { Chip } from '../../ui/chip.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { TextField } from '../../ui/text-field.tsx'
import { useActor } from '../shared/people/staff-session.ts'
import { useServices } from '../shared/services.ts'
import { outcomeWords } from './outcome-words.ts'
import { RupiahField } from './rupiah-field.tsx'
import styles from './shift-screen.module.css'

const TITLES = { in: 'shift.moveInTitle', out: 'shift.moveOutTitle' } as const
/** Reasons offered as buttons; any other is typed. */
const REASONS = {
  in: ['shift.reasonChange'],
  out: ['shift.reasonBank', 'shift.reasonSupplier', 'shift.reasonExpense'],
} as const
const REASON_MAX = 200

/** Cash that goes into the drawer or out of it beside sales. */
export function MoveCashDialog({ direction, onClose }: { direction: 'in' | 'out'; onClose(): void }) {
  const { t } = useTranslation()
  const { sales } = useServices()
  const actor = useActor()
  // One id for the whole dialog, so that a second tap finds the record of the first instead of adding another.
  const [movementId] = useState(() => crypto.randomUUID())
  const [amount, setAmount] = useState<number | null>(null)
  const [reason, setReason] = useState('')
  const [wasTried, setTried] = useState(false)
  const moving = useMutation({
    mutationFn: (by: Actor) =>
      sales.moveCash({ movementId, direction, amount: amount ?? 0, reason: reason.trim() }, by),
    onSuccess: (outcome) => {
      if (outcome.ok) onClose()
    },
  })
  const wrong = outcomeWords(moving.data)
  const hasAmount = amount !== null && amount > 0
  const hasReason = reason.trim() !== ''

  const submit = (event: FormEvent) => {
    event.preventDefault()
    setTried(true)
    if (hasAmount && hasReason && actor) moving.mutate(actor)
  }

  return (
    <Dialog title={t(TITLES[direction])} onClose={onClose}>
      <form className={styles.form} onSubmit={submit} noValidate>
        <p className={styles.muted}>{t('shift.moveText')}</p>
        <RupiahField
          label={t('shift.amount')}
          name="amount"
          value={amount}
          onValue={setAmount}
          error={wasTried && !hasAmount ? t('shift.amountPositive') : null}
        />
        <div className={styles.chips}>
          {REASONS[direction].map((key) => (
            <Chip key={key} pressed={reason === t(key)} onPress={() => setReason(t(key))}>
              {t(key)}
            </Chip>
          ))}
        </div>
        <TextField
          label={t('shift.reason')}
          value={reason}
          maxLength={REASON_MAX}
          autoComplete="off"
          onValue={setReason}
          error={wasTried && !hasReason ? t('shift.reasonMissing') : null}
        />
        {wrong ? (
          <p role="alert" className={styles.error}>
            {t(wrong)}
          </p>
        ) : null}
        <div className={styles.buttons}>
          <Button onClick={onClose}>{t('app.cancel')}</Button>
          <Button kind="primary" type="submit" disabled={!actor || moving.isPending}>
            {moving.isPending ? t('shift.working') : t('shift.save')}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
