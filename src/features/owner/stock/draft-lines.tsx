import ArrowDown from 'lucide-react/icons/arrow-down'
import ArrowUp from 'lucide-react/icons/arrow-up'
import Equal from 'lucide-react/icons/equal'
import Trash2 from 'lucide-react/icons/trash'
import { useTranslation } from 'react-i18next'
import { useFormat } from '../../../i18n/use-format.ts'
import { IconButton } from '../../../ui/button.tsx'
import styles from './draft-lines.module.css'
import { type DraftLine, differenceOf, type StockTask } from './stock-draft.ts'

interface DraftLinesProps {
  task: StockTask
  lines: readonly DraftLine[]
  /** Left out where the lines can't be changed any more. */
  onRemove?: (line: DraftLine) => void
}

/** What has been entered so far, newest first. */
export function DraftLines({ task, lines, onRemove }: DraftLinesProps) {
  const { t } = useTranslation()
  const format = useFormat()
  return (
    <ul
      className={styles.lines}
      aria-label={t(task === 'receiving' ? 'ownerStock.receivedList' : 'ownerStock.countedList')}
    >
      {lines.map((line) => (
        <li key={`${line.productId} ${line.inventoryId}`} className={styles.line}>
          <div className={styles.words}>
            <span className={styles.name}>
              {line.name}
              {line.place === '' ? null : <span className={styles.place}> · {line.place}</span>}
            </span>
            <span className={styles.figures}>
              {task === 'receiving' ? (
                <strong>
                  +{format.quantity(line.quantity)} {line.unit}
                </strong>
              ) : (
                <>
                  {t('ownerStock.countedOfShown', {
                    counted: format.quantity(line.quantity),
                    shown: format.quantity(line.shown),
                    unit: line.unit,
                  })}
                  <Difference value={differenceOf(line)} />
                </>
              )}
            </span>
          </div>
          {onRemove ? (
            <IconButton
              label={t('ownerStock.remove', { name: line.name })}
              icon={<Trash2 size={20} aria-hidden />}
              onClick={() => onRemove(line)}
            />
          ) : null}
        </li>
      ))}
    </ul>
  )
}

/** Icon, sign and number. */
export function Difference({ value }: { value: number }) {
  const { t } = useTranslation()
  const format = useFormat()
  if (value === 0) {
    return (
      <span className={styles.same}>
        <Equal size={16} aria-hidden /> {t('ownerStock.same')}
      </span>
    )
  }
  const Icon = value < 0 ? ArrowDown : ArrowUp
  return (
    <strong className={value < 0 ? styles.less : styles.more}>
      <Icon size={16} aria-hidden /> {value > 0 ? '+' : ''}
      {format.quantity(value)}
    </strong>
  )
}
