import ArrowLeft from 'lucide-react/icons/arrow-left'
import TriangleAlert from 'lucide-react/icons/triangle-exclamation-point'
import { useEffect, useEffectEvent, useLayoutEffect, useRef, useState } from 'preact/compat'
import { useTranslation } from 'react-i18next'
import { useLocation } from 'wouter'
import type { Cart } from '../../domain/cart.ts'
import { approveDiscount, discountFacts, discountProof, needsDiscountApproval } from '../../domain/cart-discount.ts'
import { CASH, changeFor, dueBy, overpaidOf, type PaymentPart, restOf, takeBack, tender } from '../../domain/payment.ts'
import { keyRupiah, readKeyedRupiah } from '../../domain/typed-number.ts'
import { useFormat } from '../../i18n/use-format.ts'
import type { Actor, SaleOutcome } from '../../sync/outbox/sales.ts'
import { Banner } from '../../ui/banner.tsx'
import { Button, IconButton } from '../../ui/button.tsx'
import { TextField } from '../../ui/text-field.tsx'
import { useApproval } from '../shared/people/approval.tsx'
import { methodName } from '../shared/sales/payment-method.ts'
import { useServices } from '../shared/services.ts'
import type { Bill, BillChange } from './bill.ts'
import { CartLines } from './cart-lines.tsx'
import { ChangeBanner } from './change-banner.tsx'
import { Keypad } from './keypad.tsx'
import { MethodChoice } from './method-choice.tsx'
import { cashRuleOf, newSale } from './new-sale.ts'
import { NoteButtons } from './note-buttons.tsx'
import { PaidParts } from './paid-parts.tsx'
import styles from './pay-form.module.css'
import { FAILURES, REFUSALS } from './pay-words.ts'
import { QrisPicture } from './qris-picture.tsx'
import { useBill } from './use-bill.ts'

/** Longer than any accepted amount with separators, so that a scanned barcode is refused instead of cut to a price. */
const TYPED_MAX = 18
const REFERENCE_MAX = 60

interface PayFormProps {
  /** As it stands in the database. */
  readonly live: Bill
  /** Who takes the money; null: nobody is signed in any more. */
  readonly actor: Actor | null
}

/** The amount due, the amount given, and one button that takes the payment. */
export function PayForm({ live, actor }: PayFormProps) {
  const { t } = useTranslation()
  const format = useFormat()
  const [, navigate] = useLocation()
  const { sales } = useServices()
  const askApproval = useApproval()
  const bill = useBill(live)
  const { cart, settings, total, state } = bill
  const cash = cashRuleOf(settings)
  const methods = settings.payment_methods
  const firstMethod = methods.includes('CASH') ? CASH : (methods[0] ?? CASH)
  const [method, setMethod] = useState<string>(firstMethod)
  /** See `keyRupiah`. */
  const [typed, setTyped] = useState('')
  const [reference, setReference] = useState('')
  const [refusal, setRefusal] = useState<keyof typeof REFUSALS | null>(null)
  const [failure, setFailure] = useState<keyof typeof FAILURES | null>(null)
  /** A change that a write has found before the live query delivers it. */
  const [outdated, setOutdated] = useState<BillChange | null>(null)
  const [isBusy, setBusy] = useState(false)
  const isRecording = useRef(false)
  const heading = useRef<HTMLHeadingElement>(null)

  const isCash = method === CASH
  const rest = restOf(state)
  const due = dueBy(state, method, cash)
  const amount = typed !== '' ? readKeyedRupiah(typed) : isCash && due > 0 ? null : due
  const change =
    isCash && amount !== null && !state.isPaid && overpaidOf(state) === 0 ? changeFor(state, amount, cash) : null
  const changed = bill.changed ?? outdated
  const isPart = amount !== null && amount > 0 && amount < due

  // Digits come from the keyboard wherever the focus is, as from the keypad.
  useEffect(() => heading.current?.focus({ preventScroll: true }), [])

  function type(next: string) {
    setTyped(next.slice(0, TYPED_MAX))
    setRefusal(null)
  }

  function choose(next: string) {
    setMethod(next)
    type('')
    setReference('')
    setRefusal(null)
  }

  function accept() {
    bill.accept()
    setOutdated(null)
    setFailure(null)
    // Clear the input: it was typed for the old sum.
    choose(method)
  }

  async function take() {
    if (actor === null || isRecording.current || changed !== null) return
    if (amount === null && typed !== '') {
      setRefusal('not-rupiah')
      return
    }
    const part = { method, amount: amount ?? 0, reference: reference.trim() === '' ? null : reference.trim() }
    const outcome = state.isPaid ? { ok: true as const, state } : tender(state, part, cash)
    setRefusal(outcome.ok ? null : outcome.reason)
    if (!outcome.ok) return
    await whileBusy(async () => {
      if (!outcome.state.isPaid) {
        // Go back to the first method: with the same one still chosen, a second tap would take the rest too.
        if (await keepParts(outcome.state.parts)) choose(firstMethod)
        return
      }
      const approved = await askForDiscount()
      if (approved === null) return
      finish(await sales.completeSale(newSale(approved, outcome.state, settings, actor, bill.payment.version)))
    })
  }

  async function giveBack(place: number) {
    if (isRecording.current || changed !== null) return
    await whileBusy(() => keepParts(takeBack(state, place).parts))
  }

  async function keepParts(parts: readonly PaymentPart[]): Promise<boolean> {
    const outcome = await bill.keepParts(parts)
    setFailure(outcome === 'storage' || outcome === 'storage-full' ? outcome : null)
    if (outcome === 'changed') setOutdated('parts')
    return outcome === 'kept'
  }

  async function whileBusy(work: () => Promise<unknown>): Promise<void> {
    isRecording.current = true
    setBusy(true)
    try {
      await work()
    } finally {
      isRecording.current = false
      setBusy(false)
    }
  }

  /** The cart with its discount approved; null: not approved. The sell screen has asked already, unless the limit changed since. */
  async function askForDiscount(): Promise<Cart | null> {
    if (!needsDiscountApproval(cart, settings.discount_limit_bp)) return cart
    const facts = discountFacts(cart)
    const given = await askApproval({
      what: 'discount',
      details: t('pay.discountDetails', { total: format.rupiah(total) }),
      facts,
    })
    if (given === null) return null
    return approveDiscount(cart, given.staffId, discountProof(given.proof, facts))
  }

  function finish(outcome: SaleOutcome) {
    if (outcome.ok || outcome.reason === 'already-done') {
      // Back leads to the sell screen, never to a payment that is over.
      navigate(`/receipt/${cart.saleId}`, { replace: true })
      return
    }
    if (outcome.reason === 'cart-changed') setOutdated('cart')
    else setFailure(outcome.reason)
  }

  const onKey = useEffectEvent((event: KeyboardEvent) => {
    const target = event.target instanceof HTMLElement ? event.target : null
    if (event.ctrlKey || event.metaKey || event.altKey || target?.closest('dialog')) return
    const isTyping = target?.matches('input[type="text"], textarea') ?? false
    if (event.key === 'Escape') navigate('/sell')
    else if (event.key === 'Enter') {
      // A link or button that has the focus does what it says.
      if (event.repeat || target?.closest('a, button')) return
      void take()
    } else if (isTyping) return
    else if (/^[\d.,]$/.test(event.key)) type(keyRupiah(typed, event.key))
    else if (event.key === 'Backspace') type(typed.slice(0, -1))
    else if (event.key === 'Delete') type('')
    else return
    event.preventDefault()
  })

  // The keyboard is the whole page's: digits reach the amount without a tap on it first, from the moment the sum is seen.
  useLayoutEffect(() => {
    const listen = (event: KeyboardEvent) => onKey(event)
    document.addEventListener('keydown', listen)
    return () => document.removeEventListener('keydown', listen)
  }, [])

  const action = state.isPaid
    ? t('pay.finish')
    : amount === null
      ? t('pay.enterAmount')
      : isPart
        ? t('pay.takePart', { amount: format.rupiah(amount), rest: format.rupiah(rest - amount) })
        : t('pay.take', { amount: format.rupiah(due) })

  return (
    <div className={styles.screen} data-at-work>
      <header className={styles.head}>
        <IconButton
          label={t('pay.toCart')}
          icon={<ArrowLeft size={24} aria-hidden />}
          onClick={() => navigate('/sell')}
        />
        <h1 ref={heading} tabIndex={-1} className={styles.due}>
          <span className={styles.dueWord}>{t(state.parts.length > 0 ? 'pay.rest' : 'pay.due')}</span>{' '}
          <strong data-testid="due">{format.rupiah(due)}</strong>
        </h1>
        <p className={styles.note}>
          {due !== rest ? t('pay.rounded', { exact: format.rupiah(rest) }) : null}
          {state.parts.length > 0 ? ` ${t('pay.ofTotal', { total: format.rupiah(total) })}` : null}
        </p>
      </header>
      {changed === null ? null : (
        <ChangeBanner changed={changed} due={due} newDue={bill.newDue(method)} onAccept={accept} />
      )}
      {failure === null || changed !== null ? null : (
        <Banner
          tone="bad"
          icon={<TriangleAlert size={24} aria-hidden />}
          title={t(`${FAILURES[failure]}Title`)}
          actions={<Button onClick={() => navigate('/unsent')}>{t('pay.toUnsent')}</Button>}
        >
          {t(`${FAILURES[failure]}Text`)}
        </Banner>
      )}
      <div className={styles.columns}>
        <div className={styles.side}>
          <MethodChoice methods={methods} value={method} onChange={choose} />
          <PaidParts state={state} isFrozen={changed !== null || isBusy} onGiveBack={(place) => void giveBack(place)} />
          {isCash ? (
            <CartLines cart={cart} />
          ) : (
            <>
              {method === 'QRIS' ? <QrisPicture source={settings.qris_picture} amount={amount ?? 0} /> : null}
              <TextField
                label={t('pay.reference')}
                hint={t('pay.referenceHint')}
                type="text"
                autoComplete="off"
                maxLength={REFERENCE_MAX}
                value={reference}
                onValue={setReference}
              />
            </>
          )}
        </div>
        <div className={styles.money}>
          <p className={styles.amount} role="status">
            <span>{isCash ? t('pay.received') : t('pay.amountBy', { method: methodName(method, t) })}</span>
            <output className={styles.typed} data-testid="tendered">
              {amount === null && typed !== '' ? `Rp ${typed}` : format.rupiah(amount ?? 0)}
            </output>
          </p>
          {isCash ? <NoteButtons due={due} typed={typed} onType={type} /> : null}
          <Keypad onDigits={(digits) => type(keyRupiah(typed, digits))} onBackspace={() => type(typed.slice(0, -1))} />
          <div className={styles.close}>
            <p className={styles.change} role="status" data-testid="change">
              {refusal !== null ? (
                <span className={styles.refusal}>
                  <TriangleAlert size={20} aria-hidden />
                  {t(REFUSALS[refusal], { due: format.rupiah(due), over: format.rupiah(overpaidOf(state)) })}
                </span>
              ) : change === null ? null : (
                <>
                  <span>{t('pay.change')}</span> <strong>{format.rupiah(change)}</strong>
                </>
              )}
            </p>
            <Button
              kind="primary"
              wide
              className={styles.take}
              disabled={actor === null || changed !== null}
              aria-busy={isBusy}
              onClick={() => void take()}
            >
              {failure === null ? action : t('pay.again')}
            </Button>
          </div>
        </div>
      </div>
    </div>
  )
}
