import { useMutation, useQueryClient } from '@tanstack/react-query'
import TriangleAlert from 'lucide-react/icons/triangle-exclamation-point'
import { useTranslation } from 'react-i18next'
import { useFormat } from '../../../i18n/use-format.ts'
import { HISTORY_KEPT_DAYS } from '../../../sync/device/forget-old.ts'
import { Button } from '../../../ui/button.tsx'
import { FactList } from '../../../ui/fact-list.tsx'
import styles from './storage-section.module.css'
import { isNearlyFull, STORAGE_QUERY, type StorageFacts, usedShare, useStorage } from './use-storage.ts'

const EVERY_MS = 10_000

/** How much is stored, how much room is left, and whether the browser may delete it by itself. */
export function StorageSection() {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const storage = useStorage(EVERY_MS)
  const facts = useFacts(storage)
  const asking = useMutation({
    // Firefox resolves only after the person has answered; meanwhile the button shows that it waits.
    mutationFn: () => navigator.storage.persist(),
    onSettled: () => queries.invalidateQueries({ queryKey: STORAGE_QUERY }),
  })
  return (
    <section data-testid="storage">
      <h2>{t('diagnostics.storage')}</h2>
      <FactList facts={facts} />
      {storage && isNearlyFull(usedShare(storage)) ? (
        <p className={styles.low}>
          <TriangleAlert size={20} aria-hidden />
          <span>{t('storage.freeDo')}</span>
        </p>
      ) : (
        <p className={styles.muted}>{t('storage.kept', { days: HISTORY_KEPT_DAYS })}</p>
      )}
      {storage?.persisted === false ? (
        <div className={styles.ask}>
          <Button disabled={asking.isPending} onClick={() => asking.mutate()}>
            {asking.isPending ? t('diagnostics.askedPersist') : t('diagnostics.askPersist')}
          </Button>
          <p role="status">{asking.data === false || asking.isError ? t('diagnostics.refusedPersist') : null}</p>
        </div>
      ) : null}
    </section>
  )
}

function useFacts(storage: StorageFacts | undefined): [string, string][] {
  const { t } = useTranslation()
  const format = useFormat()
  const unknown = t('diagnostics.unknown')
  const { usage, quota, persisted } = storage ?? { usage: null, quota: null, persisted: null }
  const share = storage ? usedShare(storage) : null
  const used = () => {
    if (usage === null) return unknown
    if (quota === null) return format.bytes(usage)
    return t('diagnostics.usedOf', { used: format.bytes(usage), quota: format.bytes(quota) })
  }
  const left = () => {
    if (share === null) return unknown
    return t(isNearlyFull(share) ? 'storage.freeLow' : 'storage.freeEnough', { percent: format.percent(share) })
  }
  const kept = persisted ? t('diagnostics.persistentYes') : t('diagnostics.persistentNo')
  return [
    [t('diagnostics.used'), used()],
    [t('storage.free'), left()],
    [t('diagnostics.persistent'), persisted === null ? unknown : kept],
  ]
}
