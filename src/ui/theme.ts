import { keep, readKept } from './kept.ts'

/** The theme that a person chose, and the theme that it resolves to now. */
export type ThemeChoice = 'auto' | 'light' | 'dark' | 'contrast'
export type Theme = Exclude<ThemeChoice, 'auto'>

export const THEME_CHOICES: readonly ThemeChoice[] = ['auto', 'light', 'dark', 'contrast']

const STORAGE_KEY = 'mstore-theme'
const BAR_COLOURS: Record<Theme, string> = { light: '#fbfaf7', dark: '#191714', contrast: '#ffffff' }

export function resolveTheme(choice: ThemeChoice, prefers: { dark: boolean; moreContrast: boolean }): Theme {
  if (choice !== 'auto') return choice
  if (prefers.moreContrast) return 'contrast'
  return prefers.dark ? 'dark' : 'light'
}

export function readThemeChoice(): ThemeChoice {
  const stored = readKept(STORAGE_KEY)
  return THEME_CHOICES.find((choice) => choice === stored) ?? 'auto'
}

export function storeThemeChoice(choice: ThemeChoice): void {
  keep(STORAGE_KEY, choice)
}

/** Writes the theme to the document: `data-theme` for the tokens, theme-color for the browser's own bar. */
export function applyTheme(choice: ThemeChoice): void {
  const theme = resolveTheme(choice, {
    dark: matchMedia('(prefers-color-scheme: dark)').matches,
    moreContrast: matchMedia('(prefers-contrast: more)').matches,
  })
  document.documentElement.dataset.theme = theme
  document.querySelector('meta[name="theme-color"]')?.setAttribute('content', BAR_COLOURS[theme])
}

/** Follows the system while the choice is `auto`. Returns the way to stop. */
export function followSystemTheme(): () => void {
  const queries = [matchMedia('(prefers-color-scheme: dark)'), matchMedia('(prefers-contrast: more)')]
  const reapply = () => applyTheme(readThemeChoice())
  for (const query of queries) query.addEventListener('change', reapply)
  return () => {
    for (const query of queries) query.removeEventListener('change', reapply)
  }
}
