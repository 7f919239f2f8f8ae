import { useEffect, useRef, useState } from 'preact/compat'
import { useTranslation } from 'react-i18next'
import { useLocation } from 'wouter'
import { useShopSettings } from '../../db/use-shop-settings.ts'
import type { Cart, DiscountProof } from '../../domain/cart.ts'
import { approveAsSeen, discountFacts, discountProof, needsDiscountApproval } from '../../domain/cart-discount.ts'
import { cartTotals } from '../../domain/cart-totals.ts'
import { acceptBelowStock, addProduct, unacceptedBelowStock, withStockShown } from '../../domain/change-cart.ts'
import { isMeasured } from '../../domain/unit.ts'
import { useFormat } from '../../i18n/use-format.ts'
import { useApproval } from '../shared/people/approval.tsx'
import { useServices } from '../shared/services.ts'
import { useCartName } from './cart/cart-name.ts'
import type { CartStore } from './cart/cart-store.ts'
import { usePieces } from './cart/pieces.ts'
import { useRefusalWords } from './cart/refusal-words.ts'
import { type OpenDialog, type Sell, useCurrentCart } from './sell-context.ts'
import type { Notice } from './sell-notice.tsx'

interface SellCommandsOptions {
  readonly store: CartStore
  open(dialog: OpenDialog | null): void
  onNotice(notice: Notice): void
  /** A line was added or added to. */
  onAdded(lineId: string): void
}

/** The commands of the sell screen, the same object as long as it stands. `isAsking`: a supervisor's PIN is being typed. */
export function useSellCommands(options: SellCommandsOptions): { sell: Sell; isAsking: boolean } {
  const [isAsking, setIsAsking] = useState(false)
  const ask = useApproval()
  const latest = useRef<SellDeps | null>(null)
  latest.current = {
    ...options,
    ...useWords(),
    limit: useShopSettings(useServices().db).discount_limit_bp,
    stockOf: useStockOf(),
    navigate: useLocation()[1],
    async ask(request) {
      setIsAsking(true)
      try {
        return await ask(request)
      } finally {
        setIsAsking(false)
      }
    },
  }
  const [sell] = useState(() =>
    createSell(options.store, () => {
      if (!latest.current) throw new Error('no command before the first paint')
      return latest.current
    }),
  )
  return { sell, isAsking }
}

/** Keeps the products of the cart's lines current, also where no line is on the screen: their stock goes into the sale. */
export function useStockOfLines(sell: Sell): void {
  const { productRows } = useServices()
  const ids = useCurrentCart(sell)
    ?.cart.lines.map(({ productId }) => productId)
    .join()
  // A subscription to each product, by its id.
  useEffect(() => {
    const stops = (ids ? ids.split(',') : []).map((id) => productRows.subscribe(Number(id), () => undefined))
    return () => {
      for (const stop of stops) stop()
    }
  }, [productRows, ids])
}

function useStockOf(): (productId: number) => number | undefined {
  const { productRows } = useServices()
  return (productId) => productRows.get(productId)?.stock
}

function useWords() {
  const { t } = useTranslation()
  return {
    t,
    format: useFormat(),
    refusalWords: useRefusalWords(),
    pieces: usePieces(),
    cartName: useCartName(),
  }
}

interface DiscountApproval {
  readonly staffId: number
  readonly proof: DiscountProof | null
}

interface SellDeps extends SellCommandsOptions, ReturnType<typeof useWords> {
  readonly ask: ReturnType<typeof useApproval>
  /** Basis points of the undiscounted total. */
  readonly limit: number
  stockOf(productId: number): number | undefined
  navigate(path: string): void
}

function createSell(store: CartStore, deps: () => SellDeps): Sell {
  let isPaying = false

  /** Null when the discounts need no permission or got it from this supervisor; false: nobody allowed them. */
  async function askForDiscount(cart: Cart): Promise<DiscountApproval | null | false> {
    const { ask, limit, t, format } = deps()
    if (!needsDiscountApproval(cart, limit)) return null
    const facts = discountFacts(cart)
    const { amount, base } = facts
    const details = t('sell.discountDetails', {
      amount: format.rupiah(amount),
      subtotal: format.rupiah(base),
      limit: format.quantity(limit / 100),
    })
    const given = await ask({ what: 'discount', details, facts })
    return given === null ? false : { staffId: given.staffId, proof: discountProof(given.proof, facts) }
  }

  async function goToPayment(): Promise<void> {
    if (isPaying || store.current().lines.length === 0) return
    isPaying = true
    try {
      store.change((cart) => withStockShown(cart, deps().stockOf))
      const lines = unacceptedBelowStock(store.current())
      if (lines.length > 0) {
        deps().open({ kind: 'below-stock', lines })
        return
      }
      const seen = store.current()
      const { cartId } = seen
      const approver = await askForDiscount(seen)
      if (approver === false || store.current().cartId !== cartId) return
      // Another tab may have changed the cart meanwhile: what was not allowed, the payment asks for.
      if (approver !== null) store.change((cart) => approveAsSeen(cart, seen, approver.staffId, approver.proof))
      // What is paid is read from the disk: it must be what is on the screen. A refusal stands in the cart.
      if (await store.flush()) deps().navigate(`/sell/pay/${cartId}`)
    } finally {
      isPaying = false
    }
  }

  const sell: Sell = {
    store,
    add(entry, quantity, options) {
      const stockShown = deps().stockOf(entry.id) ?? null
      const refusal = sell.apply((cart) => addProduct(cart, entry, { quantity, stockShown }), {
        unit: entry.unit,
        ...options,
      })
      if (refusal === null) deps().onAdded(String(entry.id))
      return refusal
    },
    pick(entry) {
      if (store.get().state !== 'ready') return
      if (isMeasured(entry.unit)) deps().open({ kind: 'weigh', entry })
      else sell.add(entry, 1)
    },
    pickBearer(code, entries) {
      const [only] = entries
      if (only && entries.length === 1) sell.pick(only)
      else deps().open({ kind: 'bearers', code, entries })
    },
    apply(change, { unit = '', isSaidElsewhere = false } = {}) {
      const changed = change(store.current())
      if (changed.ok) {
        store.change(() => changed.cart)
        return null
      }
      const { onNotice, refusalWords } = deps()
      if (!isSaidElsewhere) onNotice({ kind: 'refused', words: refusalWords(changed.reason, { unit }) })
      return changed.reason
    },
    async discount(change) {
      const wanted = change(store.current())
      if (!wanted.ok) return wanted.reason
      const approver = await askForDiscount(wanted.cart)
      if (approver === false) return 'not-allowed'
      // Again, because something may have been scanned while the supervisor was fetched.
      const changed = change(store.current())
      if (!changed.ok) return changed.reason
      store.change(() =>
        approver === null ? changed.cart : approveAsSeen(changed.cart, wanted.cart, approver.staffId, approver.proof),
      )
      return null
    },
    open: (dialog) => deps().open(dialog),
    pay: () => void goToPayment(),
    payBelowStock(lineIds) {
      deps().open(null)
      store.change((cart) => acceptBelowStock(cart, lineIds))
      void goToPayment()
    },
    hold: () => store.hold(),
    next() {
      const { carts, currentId } = store.get()
      const index = carts.findIndex(({ cart }) => cart.cartId === currentId)
      const next = carts[(index + 1) % carts.length]
      if (next) store.select(next.cart.cartId)
    },
    async deleteHeld() {
      const { carts, currentId } = store.get()
      const kept = carts.find(({ cart }) => cart.cartId === currentId)
      if (!kept) return
      const { ask, t, format, pieces, cartName, open } = deps()
      const details = t('sell.deleteDetails', {
        cart: cartName(kept),
        pieces: pieces(kept.cart),
        total: format.rupiah(cartTotals(kept.cart, null).grandTotal),
      })
      // The dialog that asks also records the permission.
      if ((await ask({ what: 'delete-cart', details })) === null) return
      store.remove(kept.cart.cartId)
      open(null)
    },
  }
  return sell
}
