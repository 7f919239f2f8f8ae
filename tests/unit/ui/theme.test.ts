import { expect, it } from 'vitest'
import { resolveTheme } from '../../../src/ui/theme.ts'

it('a chosen theme stands whatever the system prefers', () => {
  for (const choice of ['light', 'dark', 'contrast'] as const) {
    expect(resolveTheme(choice, { dark: true, moreContrast: true })).toBe(choice)
  }
})

it('automatic follows the system, and contrast goes before darkness', () => {
  expect(resolveTheme('auto', { dark: false, moreContrast: false })).toBe('light')
  expect(resolveTheme('auto', { dark: true, moreContrast: false })).toBe('dark')
  expect(resolveTheme('auto', { dark: true, moreContrast: true })).toBe('contrast')
})
