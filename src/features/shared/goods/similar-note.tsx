import { useTranslation } from 'react-i18next'
import styles from './similar-note.module.css'

/** Stands above a list of products that are not spelled as they were looked for. `isInset`: the list reaches to the screen's edges. */
export function SimilarNote({ text, isInset = false }: { text: string; isInset?: boolean }) {
  const { t } = useTranslation()
  return (
    <p className={styles.note} data-inset={isInset} role="status">
      {t('stock.similar', { text: text.trim() })}
    </p>
  )
}
