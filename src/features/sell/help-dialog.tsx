import { useTranslation } from 'react-i18next'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import styles from './help-dialog.module.css'

const SHORTCUTS = [
  ['sell.helpSearch', '/', 'F2'],
  ['sell.helpPick', 'Enter'],
  ['sell.helpGrid', '↓'],
  ['sell.helpStar', 'F'],
  ['sell.helpQuantity', 'F3'],
  ['sell.helpDiscount', 'F4'],
  ['sell.helpCartDiscount', 'Shift + F4'],
  ['sell.helpNext', 'F7'],
  ['sell.helpHold', 'F8'],
  ['sell.helpPay', 'F9', 'Ctrl + Enter'],
  ['sell.helpHelp', '?', 'F1'],
] as const

/** Every shortcut of the sell screen. */
export function HelpDialog({ onClose }: { onClose(): void }) {
  const { t } = useTranslation()
  return (
    <Dialog
      title={t('sell.helpTitle')}
      onClose={onClose}
      actions={
        <Button kind="primary" onClick={onClose}>
          {t('app.close')}
        </Button>
      }
    >
      <dl className={styles.shortcuts}>
        {SHORTCUTS.map(([what, ...keys]) => (
          <div key={what}>
            <dt>{t(what)}</dt>
            <dd>
              {keys.map((key, index) => (
                <span key={key}>
                  {index > 0 ? ` ${t('sell.or')} ` : null}
                  <kbd>{key}</kbd>
                </span>
              ))}
            </dd>
          </div>
        ))}
      </dl>
      <p>{t('sell.helpScanner')}</p>
    </Dialog>
  )
}
