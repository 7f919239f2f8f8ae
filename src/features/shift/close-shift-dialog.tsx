import { useMutation } from '@tanstack/react-query'
import { type FormEvent, useState } from 'preact/compat'
import { useTranslation } from 'react-i18next'
import { readShiftReport, type ShiftReport } from '../../db/sales/shifts.ts'
import { useFormat } from '../../i18n/use-format.ts'
import type { Actor, RecordOutcome } from '../../sync/outbox/sales.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { TextField } from '../../ui/text-field.tsx'
import { useActor } from '../shared/people/staff-session.ts'
import { useServices } from '../shared/services.ts'
import { CashCount } from './cash-count.tsx'
import { CashDifference } from './cash-difference.tsx'
import { ALREADY_DONE, oneAtATime } from './one-at-a-time.ts'
import { outcomeWords } from './outcome-words.ts'
import styles from './shift-screen.module.css'

const NOTE_MAX = 500

interface CloseShiftDialogProps {
  report: ShiftReport
  onClose(): void
  onClosed(): void
}

/** Closes a shift. The expected cash and the difference show only after a count is entered. */
export function CloseShiftDialog({ report, onClose, onClosed }: CloseShiftDialogProps) {
  const { t } = useTranslation()
  const format = useFormat()
  const { salesDb, sales } = useServices()
  const actor = useActor()
  const [counted, setCounted] = useState<number | null>(null)
  const [note, setNote] = useState('')
  const [isMissing, setMissing] = useState(false)
  const { shiftId } = report.shift

  const closing = useMutation({
    mutationFn: ({ by, cash }: { by: Actor; cash: number }) =>
      oneAtATime(async (): Promise<RecordOutcome> => {
        // Read again: another tab may have sold or closed the shift since this was rendered.
        const { shift, sums, unsent } = (await readShiftReport(salesDb, shiftId)) ?? report
        if (shift.closing !== null) return ALREADY_DONE
        return await sales.closeShift(
          {
            shiftId,
            countedCash: cash,
            expectedCash: sums.expectedCash,
            totals: sums.methods.map(({ method, ...of }) => ({ payment_method: method, ...of })),
            unsentCount: unsent.count,
            note: note.trim() === '' ? null : note.trim(),
          },
          by,
        )
      }),
    onSuccess: (outcome) => {
      if (outcome.ok) onClosed()
    },
  })
  const wrong = closing.isError ? 'shift.errorStorage' : outcomeWords(closing.data)

  const submit = (event: FormEvent) => {
    event.preventDefault()
    setMissing(counted === null)
    if (counted !== null && actor) closing.mutate({ by: actor, cash: counted })
  }

  return (
    <Dialog title={t('shift.closeTitle')} onClose={onClose}>
      <form className={styles.form} onSubmit={submit} noValidate>
        <p className={styles.muted}>{t('shift.closeIntro')}</p>
        <CashCount
          label={t('shift.countedCash')}
          value={counted}
          onValue={setCounted}
          error={isMissing && counted === null ? t('shift.amountMissing') : null}
        />
        {counted === null ? null : <CashDifference expected={report.sums.expectedCash} counted={counted} />}
        {report.unsent.count === 0 ? null : (
          <p className={styles.muted}>
            {t('shift.unsent', { count: report.unsent.count, amount: format.rupiah(report.unsent.amount) })}
          </p>
        )}
        <TextField
          label={t('shift.closeNote')}
          value={note}
          maxLength={NOTE_MAX}
          autoComplete="off"
          onValue={setNote}
        />
        {wrong ? (
          <p role="alert" className={styles.error}>
            {t(wrong)}
          </p>
        ) : null}
        <div className={styles.buttons}>
          <Button onClick={onClose}>{t('app.cancel')}</Button>
          <Button kind="primary" type="submit" disabled={!actor || closing.isPending}>
            {closing.isPending ? t('shift.working') : t('shift.close')}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
