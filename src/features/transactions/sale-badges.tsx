import Ban from 'lucide-react/icons/ban'
import CircleCheck from 'lucide-react/icons/circle-check'
import CloudUpload from 'lucide-react/icons/cloud-upload'
import TriangleAlert from 'lucide-react/icons/triangle-exclamation-point'
import Undo2 from 'lucide-react/icons/undo-2'
import { useTranslation } from 'react-i18next'
import { Badge } from '../../ui/badge.tsx'
import { type PastSale, type Standing, undoneOf } from './past-sale.ts'

const STANDINGS = {
  confirmed: { tone: 'good', Icon: CircleCheck, words: 'history.confirmed' },
  waiting: { tone: 'warn', Icon: CloudUpload, words: 'history.waiting' },
  refused: { tone: 'bad', Icon: TriangleAlert, words: 'history.refused' },
  cancelled: { tone: 'quiet', Icon: Ban, words: 'history.cancelled' },
} as const

const UNDONE = {
  void: { tone: 'quiet', Icon: Ban, words: 'history.void' },
  refunded: { tone: 'quiet', Icon: Undo2, words: 'history.refunded' },
  'partly-refunded': { tone: 'quiet', Icon: Undo2, words: 'history.partlyRefunded' },
} as const

/** Whether the server has it. */
export function StandingBadge({ standing }: { standing: Standing }) {
  const { t } = useTranslation()
  const { tone, Icon, words } = STANDINGS[standing]
  return (
    <Badge tone={tone} icon={<Icon size={20} aria-hidden />}>
      {t(words)}
    </Badge>
  )
}

/** Voided or refunded state; nothing while the sale is untouched. */
export function UndoneBadge({ sale }: { sale: Pick<PastSale, 'isVoid' | 'undoings' | 'lines' | 'standing'> }) {
  const { t } = useTranslation()
  const undone = undoneOf(sale)
  if (undone === 'open' || sale.standing === 'cancelled') return null
  const { tone, Icon, words } = UNDONE[undone]
  return (
    <Badge tone={tone} icon={<Icon size={20} aria-hidden />}>
      {t(words)}
    </Badge>
  )
}
