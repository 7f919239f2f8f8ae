import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { installDebianPackages } from './install-debian.ts'

/** What the other browsers need, by Debian's packages: Firefox; WebKit, its driver, a window for it and a screen. */
const PACKAGES = ['firefox-esr', 'webkit2gtk-driver', 'gir1.2-webkit2-4.1', 'python3-gi', 'xvfb'] as const
const PROGRAMS = ['/usr/bin/firefox-esr', '/usr/bin/WebKitWebDriver', '/usr/bin/Xvfb', '/usr/bin/python3']
const WEBKIT_IN_PYTHON = "import gi; gi.require_version('WebKit2', '4.1'); from gi.repository import WebKit2"

/**
 * Makes sure that Firefox ESR and WebKitGTK can be driven; installs Debian's packages where that can be done without asking
 * (root, apt-get). Returns null, or one line that says what to do.
 */
export function ensureEngines(): string | null {
  if (hasEngines()) return null
  if (process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
    try {
      installDebianPackages(PACKAGES)
    } catch {
      return `apt-get could not install ${PACKAGES.join(' ')}; its message stands above.`
    }
    if (hasEngines()) return null
  }
  return `Firefox ESR and WebKitGTK are driven as Debian packages them: apt-get install ${PACKAGES.join(' ')}`
}

function hasEngines(): boolean {
  return PROGRAMS.every((path) => existsSync(path)) && canImportWebKit()
}

function canImportWebKit(): boolean {
  try {
    execFileSync('/usr/bin/python3', ['-c', WEBKIT_IN_PYTHON], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
