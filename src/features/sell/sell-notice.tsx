import CircleAlert from 'lucide-react/icons/circle-exclamation-point'
import PackageX from 'lucide-react/icons/package-x'
import ScanBarcode from 'lucide-react/icons/scan-barcode'
import X from 'lucide-react/icons/x'
import { useState } from 'preact/compat'
import { useTranslation } from 'react-i18next'
import { Button, IconButton } from '../../ui/button.tsx'
import styles from './sell-notice.module.css'

/** What the cashier has to know at once. A code stays until it is put away, so that it can be searched or copied. */
export type Notice =
  | { readonly kind: 'unknown-code'; readonly code: string }
  | { readonly kind: 'inactive-code'; readonly code: string; readonly name: string }
  | { readonly kind: 'refused'; readonly words: string }

interface SellNoticeProps {
  notice: Notice
  onSearch(code: string): void
  onClose(): void
}

/** Lies over the products' lower edge, so that nothing moves under a finger. */
export function SellNotice({ notice, onSearch, onClose }: SellNoticeProps) {
  const { t } = useTranslation()
  const Icon = notice.kind === 'unknown-code' ? ScanBarcode : notice.kind === 'inactive-code' ? PackageX : CircleAlert
  return (
    <div className={styles.notice} role="alert" data-testid="sell-notice">
      <Icon size={24} aria-hidden />
      <div className={styles.words}>
        {notice.kind === 'refused' ? (
          <p>{notice.words}</p>
        ) : notice.kind === 'unknown-code' ? (
          <>
            <p>
              <strong>{t('sell.codeUnknown', { code: notice.code })}</strong> {t('sell.codeUnknownText')}
            </p>
            <CodeActions code={notice.code} onSearch={onSearch} />
          </>
        ) : (
          <p>
            <strong>{t('sell.codeInactive', { name: notice.name })}</strong>{' '}
            {t('sell.codeInactiveText', { code: notice.code })}
          </p>
        )}
      </div>
      <IconButton label={t('app.close')} icon={<X size={20} aria-hidden />} onClick={onClose} />
    </div>
  )
}

function CodeActions({ code, onSearch }: { code: string; onSearch(code: string): void }) {
  const { t } = useTranslation()
  const [isCopied, setIsCopied] = useState(false)
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(code)
      setIsCopied(true)
    } catch {
      // Not allowed: the code stands above and can be selected.
    }
  }
  return (
    <div className={styles.actions}>
      <Button onClick={() => onSearch(code)}>{t('sell.codeSearch')}</Button>
      <Button onClick={() => void copy()}>{t(isCopied ? 'sell.codeCopied' : 'sell.codeCopy')}</Button>
    </div>
  )
}
