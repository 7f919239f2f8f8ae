import { useLayoutEffect, useRef } from 'preact/compat'
import { useTranslation } from 'react-i18next'
import type { CatalogueEntry } from '../../../db/catalogue.ts'
import { useFormat } from '../../../i18n/use-format.ts'
import { Button } from '../../../ui/button.tsx'
import { Dialog } from '../../../ui/dialog.tsx'
import styles from '../menu-dialogs.module.css'
import { useSell } from '../sell-context.ts'

interface BearersDialogProps {
  code: string
  entries: readonly CatalogueEntry[]
  onClose(): void
}

/** More than one product has the code that was scanned: a guess would sell one at the price of the other. */
export function BearersDialog({ code, entries, onClose }: BearersDialogProps) {
  const { t } = useTranslation()
  const format = useFormat()
  const sell = useSell()
  const cancel = useRef<HTMLButtonElement>(null)
  // A scanner may end its code with two keys: the second one must not choose.
  useLayoutEffect(() => cancel.current?.focus(), [])
  return (
    <Dialog
      title={t('sell.bearersTitle', { code })}
      onClose={onClose}
      actions={
        <Button ref={cancel} onClick={onClose}>
          {t('app.cancel')}
        </Button>
      }
    >
      <p>{t('sell.bearersText')}</p>
      <div className={styles.choices}>
        {entries.map((entry) => (
          <Button
            key={entry.id}
            onClick={() => {
              onClose()
              sell.pick(entry)
            }}
          >
            {[entry.name, entry.sku, format.rupiah(entry.price)].filter(Boolean).join(' · ')}
          </Button>
        ))}
      </div>
    </Dialog>
  )
}
