import { useTranslation } from 'react-i18next'
import { useFormat } from '../../../i18n/use-format.ts'
import { Button } from '../../../ui/button.tsx'
import { Dialog } from '../../../ui/dialog.tsx'
import { DraftLines } from './draft-lines.tsx'
import { type DraftLine, differenceOf, type StockTask, worthOf } from './stock-draft.ts'

interface BookingDialogProps {
  what: 'book' | 'discard'
  task: StockTask
  lines: readonly DraftLine[]
  isPending: boolean
  onConfirm(): void
  onClose(): void
}

/** The summary before it is booked. */
export function BookingDialog({ what, task, lines, isPending, onConfirm, onClose }: BookingDialogProps) {
  const { t } = useTranslation()
  const format = useFormat()
  const isCount = task === 'stocktake'
  const differing = lines.filter((line) => differenceOf(line) !== 0)
  const worth = worthOf(differing)
  return (
    <Dialog
      title={t(
        what === 'discard'
          ? 'ownerStock.discardTitle'
          : isCount
            ? 'ownerStock.bookStocktakeTitle'
            : 'ownerStock.bookReceivingTitle',
      )}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t('app.cancel')}</Button>
          <Button kind={what === 'discard' ? 'danger' : 'primary'} disabled={isPending} onClick={onConfirm}>
            {t(what === 'discard' ? 'ownerStock.discardNow' : isPending ? 'ownerStock.booking' : 'ownerStock.bookNow')}
          </Button>
        </>
      }
    >
      {what === 'discard' ? (
        <p>{t('ownerStock.discardText', { count: lines.length })}</p>
      ) : isCount ? (
        <>
          <p>{t('ownerStock.summary', { counted: lines.length, differing: differing.length })}</p>
          {differing.length > 0 ? (
            <p>
              {t('ownerStock.worth')} <strong>{format.rupiah(worth)}</strong>
            </p>
          ) : null}
          <p>{t('ownerStock.salesStay')}</p>
          <DraftLines task={task} lines={differing} />
        </>
      ) : (
        <DraftLines task={task} lines={lines} />
      )}
    </Dialog>
  )
}
