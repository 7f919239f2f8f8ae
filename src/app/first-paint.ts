/** Runs as a classic script in the head (vite.config.ts), before anything is painted. */
import { applyLanguage, readLanguage } from '../i18n/language.ts'
import { applyTheme, readThemeChoice } from '../ui/theme.ts'

applyTheme(readThemeChoice())
applyLanguage(readLanguage())
