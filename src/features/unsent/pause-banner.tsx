import OctagonAlert from 'lucide-react/icons/octagon-exclamation-point'
import { useTranslation } from 'react-i18next'
import { Banner } from '../../ui/banner.tsx'

const WORDS = {
  revoked: { title: 'unsent.pausedRevokedTitle', text: 'unsent.pausedRevokedText' },
  unauthorized: { title: 'unsent.pausedUnauthorizedTitle', text: 'unsent.pausedUnauthorizedText' },
} as const

/** Nothing is sent at all, and why (rule Q5). */
export function PauseBanner({ kind }: { kind: keyof typeof WORDS }) {
  const { t } = useTranslation()
  return (
    <Banner tone="bad" icon={<OctagonAlert size={24} aria-hidden />} title={t(WORDS[kind].title)}>
      {t(WORDS[kind].text)}
    </Banner>
  )
}
