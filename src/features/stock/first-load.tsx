import { Skeleton } from '../../ui/skeleton.tsx'
import { FirstLoadCard } from '../shared/goods/first-load-card.tsx'
import styles from './first-load.module.css'
import rowStyles from './stock-row.module.css'

const NAME_WIDTHS = ['11rem', '15rem', '9rem', '13rem', '17rem', '10rem', '14rem', '12rem']

/** The list's own layout while the branch's rows come in for the first time, with how many of how many. */
export function FirstLoad() {
  return (
    <div className={styles.screen}>
      <FirstLoadCard />
      <div className={styles.skeletons} aria-hidden="true">
        {NAME_WIDTHS.concat(NAME_WIDTHS).map((width, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the rows are all alike and never move
          <div key={index} className={`${rowStyles.row} ${styles.skeletonRow}`}>
            <span className={rowStyles.product}>
              <span className={rowStyles.name}>
                <Skeleton width={width} />
              </span>
              <span className={rowStyles.meta}>
                <Skeleton width="7rem" />
              </span>
            </span>
            <span className={rowStyles.category}>
              <Skeleton width="6rem" />
            </span>
            <span className={rowStyles.price}>
              <Skeleton width="5rem" />
            </span>
            <span className={rowStyles.level}>
              <Skeleton width="4rem" />
            </span>
            <span className={rowStyles.stock}>
              <Skeleton width="3rem" />
            </span>
          </div>
        ))}
      </div>
    </div>
  )
}
