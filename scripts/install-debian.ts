import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'

/** What package scripts ask before they start a service; 101 is "not allowed". */
const POLICY = '/usr/sbin/policy-rc.d'
const SAVED_POLICY = `${POLICY}.mstore-saved`
const MARK = 'mstore-counter: no service starts during this install'

/**
 * Installs Debian packages without starting or restarting any service: the suites run programs of their own. Throws when
 * this is not root on a Debian, or apt-get fails.
 */
export function installDebianPackages(packages: readonly string[]): void {
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) {
    throw new Error(`not installed and cannot be installed here (needs root and apt-get): ${packages.join(' ')}`)
  }
  console.log(`Installing ${packages.join(' ')} …`)
  const hadPolicy = existsSync(POLICY) && !readFileSync(POLICY, 'utf8').includes(MARK)
  if (hadPolicy) renameSync(POLICY, SAVED_POLICY)
  writeFileSync(POLICY, `#!/bin/sh\n# ${MARK}\nexit 101\n`, { mode: 0o755 })
  try {
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
    const stdio = ['ignore', 'inherit', 'inherit'] as const
    execFileSync('apt-get', ['update', '-q'], { env, stdio: [...stdio] })
    execFileSync('apt-get', ['install', '-y', '-q', '--no-install-recommends', ...packages], { env, stdio: [...stdio] })
  } finally {
    rmSync(POLICY, { force: true })
    if (hadPolicy) renameSync(SAVED_POLICY, POLICY)
  }
}
