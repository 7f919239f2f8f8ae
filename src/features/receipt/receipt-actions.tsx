import { useMutation } from '@tanstack/react-query'
import Image from 'lucide-react/icons/image'
import Printer from 'lucide-react/icons/printer'
import ReceiptText from 'lucide-react/icons/receipt-text'
import Share2 from 'lucide-react/icons/share-2'
import Wallet from 'lucide-react/icons/wallet'
import { type RefObject, useMemo } from 'preact/compat'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import { CASH } from '../../domain/payment.ts'
import type { ReceiptFacts } from '../../domain/receipt.ts'
import { useFormat } from '../../i18n/use-format.ts'
import { Button } from '../../ui/button.tsx'
import { PaperChoice } from '../shared/printing/paper-choice.tsx'
import { printReceipt } from '../shared/printing/print-receipt.ts'
import { waysOf } from '../shared/printing/printer-choice.ts'
import { usePrinter } from '../shared/printing/printer-provider.tsx'
import { drawReceipt } from '../shared/receipt/receipt-picture.ts'
import { receiptRows } from '../shared/receipt/receipt-rows.ts'
import styles from './receipt-screen.module.css'

interface ReceiptActionsProps {
  readonly facts: ReceiptFacts
  /** The element with the receipt. */
  readonly paper: RefObject<HTMLDivElement | null>
  /** Called after printing: every later print is a copy. */
  onPrinted(): void
}

type Done = 'printed' | 'saved' | 'shared' | 'printFailed' | 'printNoDevice' | 'saveFailed' | 'shareFailed'

/** The actions on a receipt that this browser supports. */
export function ReceiptActions({ facts, paper, onPrinted }: ReceiptActionsProps) {
  const { t } = useTranslation()
  const format = useFormat()
  const { choice, link, atWork } = usePrinter()
  const rows = useMemo(() => receiptRows(facts, t, format), [facts, t, format])
  const canShare = useMemo(canSharePictures, [])
  const fileName = `${(facts.offlineReference || facts.about).replace(/[^\w-]+/g, '_')}.png`
  const isCopy = facts.marks.includes('copy')
  const hasCash = facts.payments.some(({ method }) => method === CASH)
  const { way, printer } = choice

  const picture = async () =>
    new File([await drawReceipt(rows, choice.paper, getComputedStyle(document.body).fontFamily)], fileName, {
      type: 'image/png',
    })
  const working = useMutation<Done, Error, () => Promise<Done>>({ mutationFn: atWork })

  const toPrinter = (onlyDrawer: boolean) => async (): Promise<Done> => {
    if (way === null || printer === null) return 'printNoDevice'
    const { encodeDrawerKick, encodeReceipt, scalePicture } = await import('../shared/printing/printer-bytes.ts')
    const bytes = onlyDrawer
      ? encodeDrawerKick(printer)
      : encodeReceipt({
          rows,
          paper: choice.paper,
          dialect: printer,
          opensDrawer: choice.opensDrawer && hasCash && !isCopy,
          picture: facts.shop.logo === null ? null : await scalePicture(facts.shop.logo, choice.paper),
        })
    const outcome = await link.print(way, printer, choice, bytes)
    if (outcome !== 'printed') return 'printFailed'
    if (!onlyDrawer) onPrinted()
    return 'printed'
  }

  const share = async (): Promise<Done> => {
    try {
      const title = t('receipt.shareText', { shop: facts.shop.name, reference: facts.offlineReference })
      await navigator.share({ title, text: title, files: [await picture()] })
      return 'shared'
    } catch (error) {
      // Closing the browser's share dialog is not a failure.
      return error instanceof DOMException && error.name === 'AbortError' ? 'shared' : 'shareFailed'
    }
  }

  const save = async (): Promise<Done> => {
    try {
      const address = URL.createObjectURL(await picture())
      const anchor = document.createElement('a')
      anchor.href = address
      anchor.download = fileName
      anchor.click()
      URL.revokeObjectURL(address)
      return 'saved'
    } catch {
      return 'saveFailed'
    }
  }

  return (
    <section className={styles.actions} aria-label={t('receipt.actions')}>
      <PaperChoice label={t('receipt.paper')} />
      <div className={styles.buttons}>
        {way !== null && printer !== null ? (
          <>
            <Button
              icon={<ReceiptText size={20} aria-hidden />}
              disabled={working.isPending}
              onClick={() => working.mutate(toPrinter(false))}
            >
              {t('receipt.printer')}
            </Button>
            {hasCash ? (
              <Button
                icon={<Wallet size={20} aria-hidden />}
                disabled={working.isPending}
                onClick={() => working.mutate(toPrinter(true))}
              >
                {t('receipt.drawer')}
              </Button>
            ) : null}
          </>
        ) : null}
        <Button
          icon={<Printer size={20} aria-hidden />}
          onClick={() => {
            const sheet = paper.current?.firstElementChild
            if (!(sheet instanceof HTMLElement)) return
            printReceipt(sheet, choice.paper, onPrinted)
          }}
        >
          {t(isCopy ? 'receipt.printAgain' : 'receipt.print')}
        </Button>
        {canShare ? (
          <Button
            icon={<Share2 size={20} aria-hidden />}
            disabled={working.isPending}
            onClick={() => working.mutate(share)}
          >
            {t('receipt.share')}
          </Button>
        ) : null}
        <Button
          icon={<Image size={20} aria-hidden />}
          disabled={working.isPending}
          onClick={() => working.mutate(save)}
        >
          {t('receipt.savePicture')}
        </Button>
      </div>
      <p role="status" className={styles.outcome}>
        {working.isPending
          ? t('receipt.working')
          : working.isError
            ? t('receipt.printFailed')
            : working.data && working.data !== 'shared'
              ? t(`receipt.${working.data}`)
              : null}
      </p>
      {way === null && waysOf(navigator).length > 0 ? <Link href="/settings">{t('receipt.setUpPrinter')}</Link> : null}
    </section>
  )
}

function canSharePictures(): boolean {
  if (!('share' in navigator && 'canShare' in navigator)) return false
  return navigator.canShare({ files: [new File([''], 'a.png', { type: 'image/png' })] })
}
