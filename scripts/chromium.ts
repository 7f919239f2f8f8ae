import { accessSync, constants, existsSync } from 'node:fs'
import { chromium } from '@playwright/test'
import { installDebianPackages } from './install-debian.ts'

const KNOWN_PATHS = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome-stable',
  '/usr/bin/google-chrome',
  '/opt/google/chrome/chrome',
  '/snap/bin/chromium',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe',
]

const HEADLESS_PATHS = ['/usr/bin/chromium-headless-shell']

/** A whole browser, with tabs that are hidden and frozen: what CHROMIUM names (and nothing else then), a known place, or Playwright's own; else null. */
export function findChromium(): string | null {
  const named = process.env.CHROMIUM
  if (named !== undefined && named !== '') return isExecutable(named) ? named : null
  return [...KNOWN_PATHS, chromium.executablePath()].find(isExecutable) ?? null
}

/**
 * What the browser suite drives: what CHROMIUM names, Chromium without its windows where it is installed (the same pages for a
 * quarter less work), or Chromium itself.
 */
export function findHeadlessChromium(): string | null {
  if (process.env.CHROMIUM) return findChromium()
  return HEADLESS_PATHS.find(isExecutable) ?? findChromium()
}

/**
 * Finds Chromium, or installs Debian's packages where that can be done without asking (root, apt-get). Returns its path, or
 * one line that says what to do.
 */
export function ensureChromium(): { path: string } | { problem: string } {
  const found = findChromium()
  if (found !== null) return { path: found }
  if (process.env.CHROMIUM) return { problem: `CHROMIUM=${process.env.CHROMIUM} is not an executable file.` }
  if (process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
    console.log('No Chromium here.')
    try {
      installDebianPackages(['chromium', 'chromium-headless-shell'])
    } catch {
      return { problem: 'apt-get could not install chromium; its message stands above. Or set CHROMIUM to a browser.' }
    }
  }
  const installed = findChromium()
  if (installed !== null) return { path: installed }
  return {
    problem:
      'No Chromium found: install it (Debian: apt-get install chromium; elsewhere: npx playwright install chromium) or set CHROMIUM.',
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
