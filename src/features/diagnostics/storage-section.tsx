import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { useFormat } from '../../i18n/use-format.ts'
import { Button } from '../../ui/button.tsx'
import { FactList } from '../../ui/fact-list.tsx'
import styles from './diagnostics-screen.module.css'
import { STORAGE_QUERY, useStorage } from './use-storage.ts'

/** How much is stored, and whether the browser may delete it by itself. */
export function StorageSection() {
  const { t } = useTranslation()
  const format = useFormat()
  const queries = useQueryClient()
  const storage = useStorage()
  const asking = useMutation({
    // Firefox answers when the person does; meanwhile the button says so.
    mutationFn: () => navigator.storage.persist(),
    onSettled: () => queries.invalidateQueries({ queryKey: STORAGE_QUERY }),
  })
  const unknown = t('diagnostics.unknown')
  const persisted = storage?.persisted ?? null
  return (
    <section>
      <h2>{t('diagnostics.storage')}</h2>
      <FactList
        facts={[
          [
            t('diagnostics.used'),
            storage?.usage == null
              ? unknown
              : storage.quota === null
                ? format.bytes(storage.usage)
                : t('diagnostics.usedOf', { used: format.bytes(storage.usage), quota: format.bytes(storage.quota) }),
          ],
          [
            t('diagnostics.persistent'),
            persisted === null ? unknown : persisted ? t('diagnostics.persistentYes') : t('diagnostics.persistentNo'),
          ],
        ]}
      />
      {persisted === false ? (
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
