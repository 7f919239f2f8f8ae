import { useMutation } from '@tanstack/react-query'
import type { TFunction } from 'i18next'
import ClipboardCheck from 'lucide-react/icons/clipboard-check'
import PackagePlus from 'lucide-react/icons/package-plus'
import { useRef, useState } from 'preact/compat'
import { useTranslation } from 'react-i18next'
import * as v from 'valibot'
import {
  OWNER_PATHS,
  type ReceivingRequest,
  STOCK_LINES_MAX,
  type StocktakeRequest,
  stockBookingAnswerSchema,
} from '../../../contract/owner.ts'
import type { CatalogueEntry } from '../../../db/catalogue.ts'
import { useMeta } from '../../../db/use-meta.ts'
import { useFormat } from '../../../i18n/use-format.ts'
import { HttpFailure } from '../../../sync/errors.ts'
import { Button } from '../../../ui/button.tsx'
import { TextField } from '../../../ui/text-field.tsx'
import { useServices } from '../../shared/services.ts'
import { Notice } from '../notice.tsx'
import styles from '../owner-page.module.css'
import { notSaved } from '../session/failure-words.ts'
import { useOwnerSession } from '../session/owner-session.ts'
import { BookingDialog } from './booking-dialog.tsx'
import { DraftLines } from './draft-lines.tsx'
import { ProductPicker } from './product-picker.tsx'
import { addLine, type StockDraft, type StockTask, useStockDraft } from './stock-draft.ts'
import { StockEntry } from './stock-entry.tsx'

export function ReceivingPage() {
  return <StockTaskPage task="receiving" />
}

export function StocktakePage() {
  return <StockTaskPage task="stocktake" />
}

const WORDS = {
  receiving: {
    title: 'owner.navReceiving',
    text: 'ownerStock.receivingText',
    note: 'ownerStock.receivingNote',
    book: 'ownerStock.bookReceiving',
    done: 'ownerStock.receivingDone',
    Icon: PackagePlus,
  },
  stocktake: {
    title: 'owner.navStocktake',
    text: 'ownerStock.stocktakeText',
    note: 'ownerStock.stocktakeNote',
    book: 'ownerStock.bookStocktake',
    done: 'ownerStock.stocktakeDone',
    Icon: ClipboardCheck,
  },
} as const

function StockTaskPage({ task }: { task: StockTask }) {
  const { db } = useServices()
  const device = useMeta(db, 'device')
  return device ? <TaskOfDevice key={device.device_id} task={task} deviceId={device.device_id} /> : null
}

/** Goods that came in, or a count: line by line, then booked all at once. */
function TaskOfDevice({ task, deviceId }: { task: StockTask; deviceId: string }) {
  const { t } = useTranslation()
  const format = useFormat()
  const { ownerHttp } = useOwnerSession()
  const search = useRef<HTMLInputElement>(null)
  const [draft, setDraft, discard] = useStockDraft(task, deviceId)
  const [picked, setPicked] = useState<CatalogueEntry | null>(null)
  const [isAsking, setAsking] = useState<'book' | 'discard' | null>(null)
  const words = WORDS[task]
  const booking = useMutation({
    mutationFn: async () => {
      const answer = await ownerHttp({ method: 'POST', path: OWNER_PATHS[task], body: toRequest(draft, task) })
      return v.parse(stockBookingAnswerSchema, answer.body).data.lines.length
    },
    onSuccess: discard,
    onSettled: () => setAsking(null),
  })
  const isFull = draft.lines.length >= STOCK_LINES_MAX
  return (
    <div className={styles.form}>
      <h1>{t(words.title)}</h1>
      <p className={styles.muted}>{t(words.text)}</p>
      {booking.isError ? <Notice tone="bad">{bookingProblem(booking.error, t)}</Notice> : null}
      {booking.isSuccess && draft.lines.length === 0 ? (
        <Notice tone="good">{t(words.done, { count: booking.data, formatted: format.quantity(booking.data) })}</Notice>
      ) : null}
      {isFull ? <Notice tone="bad">{t('ownerStock.full', { most: STOCK_LINES_MAX })}</Notice> : null}
      {picked ? (
        <StockEntry
          key={picked.id}
          task={task}
          entry={picked}
          onCancel={() => setPicked(null)}
          onAdd={(line) => {
            setDraft(addLine(draft, line, task))
            setPicked(null)
            requestAnimationFrame(() => search.current?.focus())
          }}
        />
      ) : isFull ? null : (
        <ProductPicker searchRef={search} onPick={setPicked} />
      )}
      {draft.lines.length === 0 ? null : (
        <>
          <DraftLines
            task={task}
            lines={draft.lines}
            onRemove={(line) => setDraft({ ...draft, lines: draft.lines.filter((other) => other !== line) })}
          />
          <TextField
            label={t(words.note)}
            maxLength={200}
            autoComplete="off"
            value={draft.note}
            onValue={(note) => setDraft({ ...draft, note })}
          />
          <div className={styles.line}>
            <Button kind="primary" icon={<words.Icon size={20} aria-hidden />} onClick={() => setAsking('book')}>
              {t(words.book)}
            </Button>
            <Button onClick={() => setAsking('discard')}>{t('ownerStock.discard')}</Button>
          </div>
        </>
      )}
      {isAsking === null ? null : (
        <BookingDialog
          what={isAsking}
          task={task}
          lines={draft.lines}
          isPending={booking.isPending}
          onClose={() => setAsking(null)}
          onConfirm={() => {
            if (isAsking === 'book') booking.mutate()
            else {
              discard()
              setAsking(null)
            }
          }}
        />
      )}
    </div>
  )
}

function toRequest(draft: StockDraft, task: StockTask): ReceivingRequest | StocktakeRequest {
  const common = { request_id: draft.requestId, note: draft.note }
  const place = ({ productId, inventoryId }: StockDraft['lines'][number]) => ({
    product_id: productId,
    inventory_id: inventoryId,
  })
  return task === 'receiving'
    ? { ...common, lines: draft.lines.map((line) => ({ ...place(line), quantity: line.quantity })) }
    : { ...common, lines: draft.lines.map((line) => ({ ...place(line), shown: line.shown, counted: line.quantity })) }
}

function bookingProblem(error: unknown, t: TFunction): string {
  const isBookedBefore = error instanceof HttpFailure && error.kind === 'conflict'
  return isBookedBefore ? t('ownerStock.alreadyBooked') : notSaved(error, t)
}
