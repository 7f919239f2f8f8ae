import { ArrowLeft, TriangleAlert } from 'lucide-react'
import { useEffect, useEffectEvent, useLayoutEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useLocation } from 'wouter'
import type { ShopSettings } from '../../contract/settings.ts'
import { approveDiscount, type Cart, discountFacts, discountProof, needsDiscountApproval } from '../../domain/cart.ts'
import { CASH, changeFor, dueBy, NOTES, overpaidOf, restOf, type TenderRefusal } from '../../domain/payment.ts'
import { keyRupiah, readKeyedRupiah } from '../../domain/typed-number.ts'
import { useFormat } from '../../i18n/use-format.ts'
import type { Actor, SaleOutcome } from '../../sync/outbox/sales.ts'
import { Banner } from '../../ui/banner.tsx'
import { Button, IconButton } from '../../ui/button.tsx'
import { TextField } from '../../ui/text-field.tsx'
import { useApproval } from '../shared/people/approval.tsx'
import { methodName } from '../shared/sales/payment-method.ts'
import { useServices } from '../shared/services.ts'
import { CartLines } from './cart-lines.tsx'
import { ChangeBanner } from './change-banner.tsx'
import { Keypad } from './keypad.tsx'
import { MethodChoice } from './method-choice.tsx'
import { cashRuleOf, newSale } from './new-sale.ts'
import { PaidParts } from './paid-parts.tsx'
import styles from './pay-form.module.css'
import { QrisPicture } from './qris-picture.tsx'
import { useBill } from './use-bill.ts'

const REFUSALS = {
  nothing: 'pay.refusedNothing',
  'too-large': 'pay.refusedTooLarge',
  'over-rest': 'pay.refusedOverRest',
  'not-enough': 'pay.refusedNotEnough',
  overpaid: 'pay.refusedOverpaid',
  'already-paid': 'pay.refusedNothing',
} as const satisfies Record<TenderRefusal, string>

const FAILURES = {
  'storage-full': 'pay.storageFull',
  storage: 'pay.storage',
  'not-enrolled': 'pay.notEnrolled',
} as const

/** Longer than any amount that is taken, with its points, so that a barcode is refused and not cut short to a price. */
const TYPED_MAX = 18
const REFERENCE_MAX = 60

interface PayFormProps {
  /** As they stand in the database, live. */
  readonly cart: Cart
  readonly settings: ShopSettings
  /** Who takes the money; null: nobody is signed in any more. */
  readonly actor: Actor | null
}

/** What is due on top, what was given below it, and one button that takes it. */
export function PayForm({ cart: liveCart, settings: liveSettings, actor }: PayFormProps) {
  const { t } = useTranslation()
  const format = useFormat()
  const [, navigate] = useLocation()
  const { sales } = useServices()
  const askApproval = useApproval()
  const bill = useBill({ cart: liveCart, settings: liveSettings })
  const { cart, settings, total, payment } = bill
  const { state } = payment
  const cash = cashRuleOf(settings)
  const methods = settings.payment_methods
  const firstMethod = methods.includes('CASH') ? CASH : (methods[0] ?? CASH)
  const [method, setMethod] = useState<string>(firstMethod)
  /** See `keyRupiah`. */
  const [typed, setTyped] = useState('')
  const [reference, setReference] = useState('')
  const [refusal, setRefusal] = useState<TenderRefusal | null>(null)
  const [failure, setFailure] = useState<keyof typeof FAILURES | null>(null)
  const [isOutdated, setOutdated] = useState(false)
  const [isBusy, setBusy] = useState(false)
  const isRecording = useRef(false)
  const heading = useRef<HTMLHeadingElement>(null)

  const isCash = method === CASH
  const rest = restOf(state)
  const due = dueBy(state, method, cash)
  const amount = typed !== '' ? readKeyedRupiah(typed) : isCash && due > 0 ? null : due
  const change =
    isCash && amount !== null && !state.isPaid && overpaidOf(state) === 0 ? changeFor(state, amount, cash) : null
  const changed = bill.changed ?? (isOutdated ? 'cart' : null)
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
    setOutdated(false)
    setFailure(null)
    // What was typed was for the other sum.
    choose(method)
  }

  async function take() {
    if (actor === null || isRecording.current || changed !== null || payment.isChangedNow()) return
    const part = { method, amount: amount ?? 0, reference: reference.trim() === '' ? null : reference.trim() }
    const outcome = state.isPaid ? { ok: true as const, state } : payment.preview(part)
    setRefusal(outcome.ok ? null : outcome.reason)
    if (!outcome.ok) return
    if (!outcome.state.isPaid) {
      payment.keep(outcome.state)
      // Not what was chosen: a second tap on it would take the rest as well.
      choose(firstMethod)
      return
    }
    isRecording.current = true
    setBusy(true)
    try {
      const approved = await askForDiscount()
      if (approved === null || payment.isChangedNow()) return
      finish(await sales.completeSale(newSale(approved, outcome.state, settings, actor)))
    } finally {
      isRecording.current = false
      setBusy(false)
    }
  }

  /** The cart as it may be sold; null: nobody allowed its discount. The sell screen has asked, unless the limit changed since. */
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
      payment.forget()
      // Back leads to the sell screen, never to a payment that is over.
      navigate(`/receipt/${cart.saleId}`, { replace: true })
      return
    }
    if (outcome.reason === 'cart-changed') setOutdated(true)
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
          <PaidParts state={state} isFrozen={changed !== null} onGiveBack={payment.giveBack} />
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
          {isCash ? (
            <div className={styles.notes}>
              <NoteButton onPress={() => type(String(due))}>{t('pay.exact')}</NoteButton>
              {NOTES.map((note) => (
                <NoteButton key={note} onPress={() => type(String((readKeyedRupiah(typed) ?? 0) + note))}>
                  <span className="visually-hidden">{t('pay.plus')} </span>
                  {format.number(note)}
                </NoteButton>
              ))}
            </div>
          ) : null}
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

/** A press leaves the focus where it is, so that Enter on the keyboard still means *pay*. */
function NoteButton({ onPress, children }: { onPress(): void; children: React.ReactNode }) {
  return (
    <button
      type="button"
      className={styles.noteButton}
      onPointerDown={(event) => event.preventDefault()}
      onMouseDown={(event) => event.preventDefault()}
      onClick={onPress}
    >
      {children}
    </button>
  )
}
