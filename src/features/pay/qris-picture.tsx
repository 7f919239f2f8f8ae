import { useTranslation } from 'react-i18next'
import { useFormat } from '../../i18n/use-format.ts'
import styles from './pay-form.module.css'

/** The shop's code with the sum that the customer types. `source`: a data: URL; null: none is set. */
export function QrisPicture({ source, amount }: { source: string | null; amount: number }) {
  const { t } = useTranslation()
  const format = useFormat()
  if (source === null) return <p className={styles.qrisMissing}>{t('pay.qrisMissing')}</p>
  return (
    <figure className={styles.qris}>
      <img src={source} alt={t('pay.qrisPicture')} />
      <figcaption>{t('pay.qrisText', { amount: format.rupiah(amount) })}</figcaption>
    </figure>
  )
}
