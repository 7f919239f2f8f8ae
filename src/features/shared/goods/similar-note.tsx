import { useTranslation } from 'react-i18next'
import styles from './similar-note.module.css'

/** Note above a list of similar products, when none matches exactly. `isInset`: the list has no margin of its own. */
export function SimilarNote({ text, isInset = false }: { text: string; isInset?: boolean }) {
  const { t } = useTranslation()
  return (
    <p className={styles.note} data-inset={isInset} role="status">
      {t('stock.similar', { text: text.trim() })}
    </p>
  )
}
