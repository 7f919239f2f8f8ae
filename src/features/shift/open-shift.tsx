import { useMutation } from '@tanstack/react-query'
import { type FormEvent, useState } from 'preact/compat'
import { useTranslation } from 'react-i18next'
import { readOpenShift } from '../../db/sales/shifts.ts'
import type { Actor } from '../../sync/outbox/sales.ts'
import { Button } from '../../ui/button.tsx'
import { useActor } from '../shared/people/staff-session.ts'
import { useServices } from '../shared/services.ts'
import { CashCount } from './cash-count.tsx'
import { ALREADY_DONE, oneAtATime } from './one-at-a-time.ts'
import { outcomeWords } from './outcome-words.ts'
import styles from './shift-screen.module.css'

/** Opens a shift with the counted cash. On success the screen that needed the shift appears, without a message. */
export function OpenShift({ intro }: { intro: string }) {
  const { t } = useTranslation()
  const { salesDb, sales } = useServices()
  const actor = useActor()
  const [cash, setCash] = useState<number | null>(null)
  const [isMissing, setMissing] = useState(false)
  const opening = useMutation({
    mutationFn: (by: Actor) =>
      oneAtATime(async () => ((await readOpenShift(salesDb)) ? ALREADY_DONE : await sales.openShift(cash ?? 0, by))),
  })
  const wrong = opening.isError ? 'shift.errorStorage' : outcomeWords(opening.data)

  const submit = (event: FormEvent) => {
    event.preventDefault()
    setMissing(cash === null)
    if (cash !== null && actor) opening.mutate(actor)
  }

  return (
    <form className={styles.form} onSubmit={submit} noValidate>
      <h1>{t('shift.openTitle')}</h1>
      <p className={styles.muted}>{intro}</p>
      <CashCount
        label={t('shift.openingCash')}
        value={cash}
        onValue={setCash}
        error={isMissing && cash === null ? t('shift.amountMissing') : null}
      />
      {wrong ? (
        <p role="alert" className={styles.error}>
          {t(wrong)}
        </p>
      ) : null}
      <Button kind="primary" type="submit" wide disabled={!actor || opening.isPending}>
        {opening.isPending ? t('shift.working') : t('shift.openSubmit')}
      </Button>
    </form>
  )
}
