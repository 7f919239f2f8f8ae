import { useMutation } from '@tanstack/react-query'
import { useState } from 'preact/compat'
import { useTranslation } from 'react-i18next'
import { useLocation } from 'wouter'
import { useShopSettings } from '../../db/use-shop-settings.ts'
import { refundableProducts, refundSums } from '../../domain/refund.ts'
import { isMeasured, sellsThousandths } from '../../domain/unit.ts'
import { useFormat } from '../../i18n/use-format.ts'
import { Button } from '../../ui/button.tsx'
import { FactList } from '../../ui/fact-list.tsx'
import { Segmented } from '../../ui/segmented.tsx'
import { TextField } from '../../ui/text-field.tsx'
import { useApproval } from '../shared/people/approval.tsx'
import { useActor } from '../shared/people/staff-session.ts'
import { outcomeWords } from '../shared/sales/operation-words.ts'
import { methodName } from '../shared/sales/payment-method.ts'
import { ReasonDialog } from '../shared/sales/reason-dialog.tsx'
import { useServices } from '../shared/services.ts'
import { earlierRefunds, type PastSale, paidSale } from './past-sale.ts'
import styles from './refund-form.module.css'
import { RefundLine } from './refund-line.tsx'
import { readRefundQuantity } from './refund-quantity.ts'
import { useLineNames } from './sale-facts.tsx'

const CASH = 'CASH'

interface RefundFormProps {
  sale: PastSale
  saleId: string
  /** False: another counter may have refunded a part that is not known here. */
  isComplete: boolean
  onClose(): void
}

/** What comes back, how the money goes out, and the sum; then why, and a supervisor's permission. */
export function RefundForm({ sale, saleId, isComplete, onClose }: RefundFormProps) {
  const { t } = useTranslation()
  const format = useFormat()
  const [, navigate] = useLocation()
  const { db, sales } = useServices()
  const settings = useShopSettings(db)
  const actor = useActor()
  const approve = useApproval()
  const nameOf = useLineNames(sale)
  const [written, setWritten] = useState<ReadonlyMap<number, string>>(new Map())
  const [method, setMethod] = useState(() => mainMethod(sale))
  const [reference, setReference] = useState('')
  const [isAskingWhy, setAskingWhy] = useState(false)

  const earlier = earlierRefunds(sale)
  const products = refundableProducts(paidSale(sale), earlier).map((product) => {
    const line = sale.lines.find(({ productId }) => productId === product.productId)
    const unit = line?.unit ?? ''
    // A sold quantity with decimals counts as measured, whatever its unit.
    const measured = isMeasured(unit) || !Number.isInteger(product.sold)
    const text = written.get(product.productId) ?? ''
    const name = nameOf(line ?? { productId: product.productId, name: '' })
    return {
      ...product,
      unit,
      name,
      text,
      measured,
      read: readRefundQuantity(text, { left: product.left, isMeasured: measured, thousandths: sellsThousandths(unit) }),
    }
  })
  const choices = products.flatMap(({ productId, read }) => (read.ok ? [{ productId, quantity: read.quantity }] : []))
  const isReadable = products.every(({ read }) => read.ok)
  const sums = refundSums(
    paidSale(sale),
    earlier,
    choices,
    method === CASH ? { step: settings.cash_rounding, mode: settings.cash_rounding_mode } : null,
  )
  const total = format.rupiah(sums.total)
  const canRefund = isReadable && sums.lines.length > 0
  const methods = [...new Set([...sale.payments.map((payment) => payment.method), CASH, ...settings.payment_methods])]

  const refunding = useMutation({
    mutationFn: async (reason: string): Promise<string | null> => {
      if (!actor) return null
      const details = t('history.refundDetails', { total, reference: sale.reference || (sale.code ?? '') })
      const given = await approve({
        what: 'refund',
        details: `${details} · ${reason}`,
        facts: { what: 'refund', record: crypto.randomUUID(), sale: saleId, amount: sums.total, base: null },
      })
      if (given === null) return null
      const outcome = await sales.refundSale(
        {
          offlineId: saleId,
          items: sale.lines.map(({ productId, quantity }) => ({ product_id: productId, quantity })),
        },
        {
          lines: sums.lines,
          refundTotal: sums.total,
          paymentMethod: method,
          reference: reference.trim() === '' ? null : reference.trim(),
          reason,
        },
        { ...actor, approvedBy: given.staffId, proof: given.proof },
      )
      if (!outcome.ok) return outcomeWords(outcome.reason, t)
      navigate(`/receipt/${outcome.operation.offline_id}`)
      return null
    },
  })

  const write = (productId: number, text: string) => setWritten((current) => new Map(current).set(productId, text))

  return (
    <form
      className={styles.form}
      data-at-work
      aria-label={t('history.refundTitle')}
      onSubmit={(event) => {
        event.preventDefault()
        if (canRefund) setAskingWhy(true)
      }}
    >
      <section className={styles.goods}>
        <h2>{t('history.refundChoose')}</h2>
        <ul>
          {products.map((product) => (
            <RefundLine key={product.productId} product={product} onText={(text) => write(product.productId, text)} />
          ))}
        </ul>
      </section>
      <section className={styles.money}>
        <Segmented
          label={t('history.refundMethod')}
          value={method}
          onChange={setMethod}
          options={methods.map((value) => ({ value, label: methodName(value, t) }))}
        />
        {method === CASH ? null : (
          <TextField
            label={t('history.refundReference')}
            hint={t('history.refundReferenceHint')}
            value={reference}
            maxLength={100}
            onValue={setReference}
          />
        )}
        {sums.rounding === 0 ? null : (
          <FactList
            facts={[
              [t('history.refundGoods'), format.rupiah(sums.goods)],
              [t('history.rounding'), format.rupiah(sums.rounding)],
            ]}
          />
        )}
        <p className={styles.total}>
          <span>{t('history.refundTotal')}</span>
          <output data-testid="refund-total">{total}</output>
        </p>
        {isComplete ? null : <p className={styles.muted}>{t('history.incomplete')}</p>}
        {refunding.data ? <p role="alert">{refunding.data}</p> : null}
        <div className={styles.actions}>
          <Button onClick={onClose}>{t('history.refundCancel')}</Button>
          <Button kind="primary" type="submit" disabled={!canRefund || !actor || refunding.isPending}>
            {canRefund ? t('history.refundConfirm', { total }) : t('history.refundNothing')}
          </Button>
        </div>
      </section>
      {isAskingWhy ? (
        <ReasonDialog
          title={t('history.refundConfirm', { total })}
          confirmLabel={t('history.refundConfirm', { total })}
          onClose={() => setAskingWhy(false)}
          onReason={(reason) => {
            setAskingWhy(false)
            refunding.mutate(reason)
          }}
        >
          {null}
        </ReasonDialog>
      ) : null}
    </form>
  )
}

/** The method that paid the largest part. */
function mainMethod(sale: PastSale): string {
  const [largest] = sale.payments.toSorted((a, b) => b.amount - a.amount)
  return largest?.method ?? CASH
}
