import { useTranslation } from 'react-i18next'
import styles from './similar-note.module.css'

/** Stands above a list of products that are not spelled as they were looked for. */
export function SimilarNote({ text }: { text: string }) {
  const { t } = useTranslation()
  return (
    <p className={styles.note} role="status">
      {t('stock.similar', { text: text.trim() })}
    </p>
  )
}
