import { type ReactNode, useEffect, useRef, useState } from 'preact/compat'
import { useTranslation } from 'react-i18next'
import { addCart, deleteCart, saveCart, watchCarts } from '../../db/sales/carts.ts'
import { readScan } from '../../domain/scanned-code.ts'
import { failureKind } from '../../sync/failure-kind.ts'
import { useMediaQuery } from '../../ui/use-media-query.ts'
import { useModal } from '../../ui/use-modal.ts'
import { useCatalogue } from '../shared/goods/catalogue-store.ts'
import { looksLikeCode } from '../shared/goods/fold-text.ts'
import { useHeldUntilRead } from '../shared/goods/use-held-until-read.ts'
import { useSignedIn } from '../shared/people/staff-session.ts'
import { useServices } from '../shared/services.ts'
import { CartBar } from './cart/cart-bar.tsx'
import { CartPanel } from './cart/cart-panel.tsx'
import { type CartStore, createCartStore } from './cart/cart-store.ts'
import { readShownCart, writeShownCart } from './cart/shown-cart.ts'
import { readUnwritten, storeUnwritten } from './cart/unwritten-carts.ts'
import { ProductPanel } from './products/product-panel.tsx'
import { type Beeper, createBeeper } from './scanner/beep.ts'
import { useScanner } from './scanner/use-scanner.ts'
import { type OpenDialog, SellContext, useCarts } from './sell-context.ts'
import { SellDialogs } from './sell-dialogs.tsx'
import { type Notice, SellNotice } from './sell-notice.tsx'
import styles from './sell-screen.module.css'
import { EVERYTHING } from './sell-view.ts'
import { useSellCommands, useStockOfLines } from './use-sell-commands.ts'
import { isQuestionOpen, type Shortcut, useShortcuts } from './use-shortcuts.ts'

/** Products and cart beside each other; on a narrow screen the cart is a bar that opens over the products. */
export function SellScreen() {
  const { t } = useTranslation()
  const { index } = useCatalogue()
  const isWide = useMediaQuery('(min-width: 900px)')
  const isLocked = useSignedIn()?.isLocked ?? false
  const store = useCartStore()
  const [view, setView] = useState(EVERYTHING)
  const [dialog, setDialog] = useState<OpenDialog | null>(null)
  const [notice, setNotice] = useState<Notice | null>(null)
  const [isSheetOpen, setIsSheetOpen] = useState(false)
  const [activeLineId, setActiveLineId] = useState<string | null>(null)
  const search = useRef<HTMLInputElement>(null)
  const beeper = useBeeper()
  const { sell, isAsking } = useSellCommands({
    store,
    open: setDialog,
    onNotice: setNotice,
    onAdded: setActiveLineId,
  })
  const isReady = useCarts(sell).state === 'ready'
  useStockOfLines(sell)

  /** Adds the product with this code to the cart, or shows why not. Returns the message for the camera dialog. */
  const takeCode = (scanned: string): string => {
    const [entry, ...others] = index.withCode(scanned)
    const code = readScan(scanned).text
    if (entry?.active) {
      const bearers = [entry, ...others.filter(({ active }) => active)]
      if (bearers.length === 1) beeper.found()
      else beeper.unknown()
      setNotice(null)
      sell.pickBearer(code, bearers)
      return bearers.length === 1 ? t('sell.cameraAdded', { name: entry.name }) : t('sell.bearersTitle', { code })
    }
    beeper.unknown()
    setNotice(entry ? { kind: 'inactive-code', code, name: entry.name } : { kind: 'unknown-code', code })
    return entry ? t('sell.codeInactive', { name: entry.name }) : t('sell.codeUnknown', { code })
  }
  const takeScan = useHeldUntilRead((code: string) => void takeCode(code))
  const focusSearch = () => {
    setIsSheetOpen(false)
    search.current?.focus()
    search.current?.select()
  }
  const onShortcut = (shortcut: Shortcut) => {
    const { lines } = store.current()
    const line = lines.find(({ lineId }) => lineId === activeLineId) ?? lines.at(-1)
    switch (shortcut) {
      case 'search':
        focusSearch()
        break
      case 'help':
        setDialog({ kind: 'help' })
        break
      case 'quantity':
        if (line) setDialog({ kind: 'quantity', lineId: line.lineId })
        break
      case 'discount':
        if (line) setDialog({ kind: 'line-discount', lineId: line.lineId })
        break
      case 'cart-discount':
        if (lines.length > 0) setDialog({ kind: 'cart-discount' })
        break
      case 'next':
        sell.next()
        break
      case 'hold':
        sell.hold()
        break
      case 'pay':
        sell.pay()
        break
    }
  }
  const isListening = isReady && !isLocked && !isAsking
  useShortcuts(onShortcut, isListening)
  useScanner({
    enabled: isListening,
    onScan(code, inField) {
      // Fast typing in a field that matches no code is a search, not a scan.
      if (inField && index.withCode(code).length === 0 && !looksLikeCode(code)) return false
      takeScan(code)
      return true
    },
    onTyped(text) {
      if (isQuestionOpen()) return
      if (text === '/') focusSearch()
      else if (text === '?') setDialog({ kind: 'help' })
    },
  })

  const shownNotice = notice ? (
    <SellNotice
      notice={notice}
      onSearch={(code) => {
        setView({ ...EVERYTHING, text: code })
        setNotice(null)
        focusSearch()
      }}
      onClose={() => setNotice(null)}
    />
  ) : null
  return (
    <SellContext value={sell}>
      <div className={styles.screen} data-wide={isWide}>
        <h1 className="visually-hidden">{t('sell.title')}</h1>
        <div className={styles.products}>
          <ProductPanel view={view} onView={setView} searchRef={search} />
          {isSheetOpen && !isWide ? null : shownNotice}
        </div>
        {isWide ? (
          <div className={styles.cart}>
            <CartPanel activeLineId={activeLineId} onClose={null} />
          </div>
        ) : (
          <CartBar onOpen={() => setIsSheetOpen(true)} />
        )}
        {isSheetOpen && !isWide ? (
          <CartSheet onClose={() => setIsSheetOpen(false)}>
            <CartPanel activeLineId={activeLineId} onClose={() => setIsSheetOpen(false)} />
            {shownNotice}
          </CartSheet>
        ) : null}
        {dialog ? <SellDialogs dialog={dialog} onCode={takeCode} /> : null}
      </div>
    </SellContext>
  )
}

/** The sounds of this screen, stopped when it unmounts. */
function useBeeper(): Beeper {
  const [beeper] = useState(createBeeper)
  // Release the audio device.
  useEffect(() => () => beeper.close(), [beeper])
  return beeper
}

/** The cart over the products. Rendered means open; Esc and the browser's back gesture close it. */
function CartSheet({ onClose, children }: { onClose(): void; children: ReactNode }) {
  const { t } = useTranslation()
  const modal = useModal(onClose)
  return (
    <dialog {...modal} className={styles.sheet} aria-label={t('sell.cart')} data-cart-sheet>
      {children}
    </dialog>
  )
}

/** The carts of this browser tab, on this device's database. */
function useCartStore(): CartStore {
  const { salesDb, journal } = useServices()
  const [store] = useState(() =>
    createCartStore({
      disk: {
        add: (kept) => addCart(salesDb, kept),
        save: (kept) => saveCart(salesDb, kept),
        remove: (cartId) => deleteCart(salesDb, cartId),
        watch: (onCarts, onError) => watchCarts(salesDb, onCarts, onError),
      },
      now: () => Date.now(),
      newId: () => crypto.randomUUID(),
      memory: { readShown: readShownCart, writeShown: writeShownCart, readUnwritten, storeUnwritten },
      onRefused: (error) => journal.note(failureKind(error, 'storage'), 'Cart', error),
    }),
  )
  // Subscribe to the database: other tabs change carts too.
  useEffect(() => store.start(), [store])
  return store
}
