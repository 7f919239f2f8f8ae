import { useTranslation } from 'react-i18next'
import { Segmented } from '../../../ui/segmented.tsx'
import { usePrinter } from './printer-provider.tsx'

/** How wide this device's paper is. */
export function PaperChoice({ label }: { label: string }) {
  const { t } = useTranslation()
  const { choice, setChoice } = usePrinter()
  return (
    <Segmented<'58' | '80'>
      label={label}
      value={choice.paper === 80 ? '80' : '58'}
      onChange={(width) => setChoice({ ...choice, paper: width === '80' ? 80 : 58 })}
      options={[
        { value: '58', label: t('receipt.paper58') },
        { value: '80', label: t('receipt.paper80') },
      ]}
    />
  )
}
