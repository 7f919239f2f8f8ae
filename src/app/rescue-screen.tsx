import LifeBuoy from 'lucide-react/icons/life-buoy'
import { useTranslation } from 'react-i18next'
import { ProblemScreen } from './problem-screen.tsx'
import { RescueExport } from './rescue-export.tsx'

/** `/?rescue` opens the export alone, without any of the app's databases. */
export function isRescue(address: { readonly search: string }): boolean {
  return new URLSearchParams(address.search).has('rescue')
}

export function RescueScreen() {
  const { t } = useTranslation()
  return (
    <ProblemScreen
      icon={<LifeBuoy size={40} aria-hidden />}
      title={t('update.rescueTitle')}
      text={t('update.rescueText')}
      actions={<a href="/">{t('update.toApp')}</a>}
    >
      <RescueExport />
    </ProblemScreen>
  )
}
