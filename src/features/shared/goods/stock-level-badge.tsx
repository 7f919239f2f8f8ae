import CircleCheck from 'lucide-react/icons/circle-check'
import CircleX from 'lucide-react/icons/circle-x'
import TriangleAlert from 'lucide-react/icons/triangle-exclamation-point'
import { useTranslation } from 'react-i18next'
import type { StockLevel } from '../../../domain/stock-level.ts'
import { Badge } from '../../../ui/badge.tsx'

/** Enough, low or out, as icon and word. */
export function StockLevelBadge({ level }: { level: StockLevel }) {
  const { t } = useTranslation()
  switch (level) {
    case 'enough':
      return (
        <Badge tone="quiet" icon={<CircleCheck size={16} aria-hidden />}>
          {t('stock.enough')}
        </Badge>
      )
    case 'low':
      return (
        <Badge tone="warn" icon={<TriangleAlert size={16} aria-hidden />}>
          {t('stock.low')}
        </Badge>
      )
    case 'out':
      return (
        <Badge tone="bad" icon={<CircleX size={16} aria-hidden />}>
          {t('stock.out')}
        </Badge>
      )
  }
}
