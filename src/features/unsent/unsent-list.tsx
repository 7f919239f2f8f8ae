import { useVirtualizer } from '@tanstack/react-virtual'
import { useMemo, useRef } from 'preact/compat'
import { useTranslation } from 'react-i18next'
import type { UnsentIds } from '../../db/sales/unsent.ts'
import { DecisionCard } from './decision-card.tsx'
import styles from './unsent-list.module.css'
import { UnsentRow } from './unsent-row.tsx'

interface UnsentListProps {
  ids: UnsentIds
  /** Nothing is sent until the device is taken again. */
  isPaused: boolean
  onOpen(offlineId: string): void
  onNote(words: string): void
}

type Item =
  | { readonly kind: 'title'; readonly key: 'decisions' | 'waiting'; readonly count: number }
  | { readonly kind: 'decision' | 'row'; readonly key: string }

/** Height that an item has most likely, px; each is measured once it stands there. */
const ESTIMATES = { title: 64, decision: 200, row: 72 } as const

/** A virtual list: only visible operations are rendered and read from the database; the counts include all. */
export function UnsentList({ ids, isPaused, onOpen, onNote }: UnsentListProps) {
  const { t } = useTranslation()
  const scroller = useRef<HTMLDivElement>(null)
  const items = useMemo(() => itemsOf(ids), [ids])
  const virtualizer = useVirtualizer({
    count: items.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => ESTIMATES[items[index]?.kind ?? 'row'],
    getItemKey: (index) => items[index]?.key ?? index,
    overscan: 6,
  })
  return (
    // A list that scrolls is reached by keys too.
    // biome-ignore lint/a11y/noNoninteractiveTabindex: axe asks for it where a scrolled region may hold nothing to press
    <section ref={scroller} className={styles.scroller} aria-label={t('unsent.list')} tabIndex={0}>
      <div className={styles.items} style={{ height: virtualizer.getTotalSize() }}>
        {virtualizer.getVirtualItems().map(({ index, key, start }) => {
          const item = items[index]
          if (!item) return null
          return (
            <div
              key={key}
              ref={virtualizer.measureElement}
              data-index={index}
              className={styles.item}
              style={{ transform: `translateY(${start}px)` }}
            >
              {item.kind === 'title' ? (
                <Title of={item.key} count={item.count} />
              ) : item.kind === 'decision' ? (
                <DecisionCard offlineId={item.key} onOpen={onOpen} onNote={onNote} />
              ) : (
                <UnsentRow offlineId={item.key} isPaused={isPaused} onOpen={onOpen} />
              )}
            </div>
          )
        })}
      </div>
    </section>
  )
}

function Title({ of, count }: { of: 'decisions' | 'waiting'; count: number }) {
  const { t } = useTranslation()
  return (
    <div className={styles.title}>
      <h2>
        {t(of === 'decisions' ? 'unsent.decisionTitle' : 'unsent.waitingTitle')}{' '}
        <span className={styles.count} data-testid={`unsent-${of}`}>
          {count}
        </span>
      </h2>
      {of === 'decisions' ? <p>{t('unsent.decisionIntro')}</p> : null}
    </div>
  )
}

function itemsOf({ waiting, undecided }: UnsentIds): Item[] {
  const entries = (kind: 'decision' | 'row', keys: readonly string[]): Item[] => keys.map((key) => ({ kind, key }))
  return [
    ...(undecided.length === 0 ? [] : [{ kind: 'title', key: 'decisions', count: undecided.length } as const]),
    ...entries('decision', undecided),
    ...(waiting.length === 0 ? [] : [{ kind: 'title', key: 'waiting', count: waiting.length } as const]),
    ...entries('row', waiting),
  ]
}
