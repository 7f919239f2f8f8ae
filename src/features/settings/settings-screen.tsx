import { useMutation } from '@tanstack/react-query'
import Contrast from 'lucide-react/icons/contrast'
import Moon from 'lucide-react/icons/moon'
import RotateCw from 'lucide-react/icons/rotate-cw'
import Sun from 'lucide-react/icons/sun'
import SunMoon from 'lucide-react/icons/sun-moon'
import { useState } from 'preact/compat'
import { useTranslation } from 'react-i18next'
import { useMeta } from '../../db/use-meta.ts'
import { LANGUAGES, type Language, storeLanguage } from '../../i18n/language.ts'
import { useFormat } from '../../i18n/use-format.ts'
import { Button } from '../../ui/button.tsx'
import { FactList } from '../../ui/fact-list.tsx'
import { Segmented } from '../../ui/segmented.tsx'
import { applyTheme, readThemeChoice, storeThemeChoice, type ThemeChoice } from '../../ui/theme.ts'
import { useNow } from '../../ui/use-now.ts'
import { StorageSection } from '../shared/device/storage-section.tsx'
import { useClockSkew } from '../shared/device/use-clock-skew.ts'
import { PrinterSection } from '../shared/printing/printer-section.tsx'
import { useServices } from '../shared/services.ts'
import { RemoveDevice } from './remove-device.tsx'
import styles from './settings-screen.module.css'

const OUTCOMES = {
  complete: 'settings.refreshComplete',
  compared: 'settings.refreshCompared',
  unchanged: 'settings.refreshUnchanged',
  fresh: 'settings.refreshFresh',
  behind: 'settings.refreshBehind',
  busy: 'settings.refreshBusy',
  failed: 'settings.refreshFailed',
  'storage-failed': 'settings.refreshStorageFailed',
} as const

export function SettingsScreen() {
  const { t } = useTranslation()
  return (
    <div className={styles.screen}>
      <h1>{t('settings.title')}</h1>
      <Appearance />
      <PrinterSection />
      <Refresh />
      <div className={styles.section}>
        <StorageSection />
      </div>
      <Device />
    </div>
  )
}

function Appearance() {
  const { t, i18n } = useTranslation()
  const [theme, setTheme] = useState(readThemeChoice)
  // Chosen at once, spoken as soon as its words are there.
  const [language, setLanguage] = useState(() => LANGUAGES.find((candidate) => candidate === i18n.language) ?? 'id')
  return (
    <section className={styles.section}>
      <Segmented<Language>
        label={t('settings.language')}
        value={language}
        onChange={(chosen) => {
          setLanguage(chosen)
          storeLanguage(chosen)
          void i18n.changeLanguage(chosen)
        }}
        options={[
          { value: 'id', label: t('settings.languageId') },
          { value: 'en', label: t('settings.languageEn') },
        ]}
      />
      <Segmented<ThemeChoice>
        label={t('settings.theme')}
        value={theme}
        onChange={(chosen) => {
          setTheme(chosen)
          storeThemeChoice(chosen)
          applyTheme(chosen)
        }}
        options={[
          { value: 'auto', label: t('settings.themeAuto'), icon: <SunMoon size={20} aria-hidden /> },
          { value: 'light', label: t('settings.themeLight'), icon: <Sun size={20} aria-hidden /> },
          { value: 'dark', label: t('settings.themeDark'), icon: <Moon size={20} aria-hidden /> },
          { value: 'contrast', label: t('settings.themeContrast'), icon: <Contrast size={20} aria-hidden /> },
        ]}
      />
    </section>
  )
}

function Refresh() {
  const { t } = useTranslation()
  const format = useFormat()
  const { db, refresh } = useServices()
  const last = useMeta(db, 'refresh')
  // In the server's time, as in the strip.
  const skew = useClockSkew()
  const now = useNow(60_000)
  const refreshing = useMutation({ mutationFn: () => refresh({ force: true }) })
  const outcome = refreshing.isError ? 'failed' : refreshing.data
  return (
    <section className={styles.section}>
      <h2>{t('settings.refreshTitle')}</h2>
      <p className={styles.muted}>{t('settings.refreshText')}</p>
      <div className={styles.line}>
        <Button
          icon={<RotateCw size={20} aria-hidden />}
          disabled={refreshing.isPending}
          onClick={() => refreshing.mutate()}
        >
          {refreshing.isPending ? t('settings.refreshing') : t('settings.refreshNow')}
        </Button>
        <p role="status">
          {outcome
            ? t(OUTCOMES[outcome])
            : last?.finishedAt
              ? t('sync.lastRefresh', { when: format.moment(last.finishedAt + skew, now + skew) })
              : null}
        </p>
      </div>
    </section>
  )
}

function Device() {
  const { t } = useTranslation()
  const { db, build } = useServices()
  const device = useMeta(db, 'device')
  return (
    <section className={styles.section}>
      <h2>{t('settings.device')}</h2>
      <FactList
        facts={[
          [t('settings.deviceName'), device?.device_name ?? t('app.none')],
          [t('settings.deviceId'), device?.device_id ?? t('app.none')],
          [t('diagnostics.branch'), device ? `${device.branch.name} (${device.branch.code})` : t('app.none')],
          [t('diagnostics.merchant'), device ? `${device.merchant.name} (${device.merchant.code})` : t('app.none')],
          [t('diagnostics.version'), `${build.version} (${build.commit})`],
        ]}
      />
      <RemoveDevice />
    </section>
  )
}
