/** What a person reads in the terminal after the start: where the shop is, and how a tablet joins. Plain lines, on any stdout. */
import { renderUnicodeCompact } from 'uqr'

export interface BannerFacts {
  /** Where this computer's own browser finds it. */
  readonly localUrl: string
  /** What links use; null when this machine has no network. */
  readonly publicUrl: string
  readonly secure: boolean
  /** Plain page that explains how to trust the local CA, and what a tablet must show of it. */
  readonly trust: { readonly url: string; readonly fingerprint: string } | null
  /** One-time code for the branch; null when there is no branch, or codes are made by the admin only. */
  readonly pairing: {
    readonly code: string
    readonly branchName: string
    readonly branchCode: string
    readonly minutes: number
  } | null
  readonly hasBranches: boolean
  readonly database: string
  readonly broker: string
  readonly demo: boolean
}

/** The banner's lines. Pure. */
export function renderBanner(facts: BannerFacts): readonly string[] {
  const { localUrl, publicUrl, pairing } = facts
  const isLan = publicUrl !== localUrl
  const lines = [
    '',
    '  MStore Counter is running',
    '',
    `  This computer    ${localUrl}`,
    ...(isLan ? [`  Network          ${publicUrl}`] : []),
    ...(facts.trust ? [`  Trust page       ${facts.trust.url}`, `  CA fingerprint   ${facts.trust.fingerprint}`] : []),
    `  Database         ${facts.database}`,
    `  Broker           ${facts.broker}`,
    '',
  ]
  if (pairing) lines.push(...pairingLines(facts, pairing, isLan))
  else if (facts.hasBranches) lines.push('  Pair a tablet:   npm run admin -- pairing-code BRANCH', '')
  else lines.push('  There is no branch yet: npm run admin -- merchant add CODE NAME, then branch add', '')
  if (isLan && !facts.secure) {
    lines.push(
      '  This is plain http: whoever is in the same network can read and change what tablets send (PINs,',
      '  tokens, sales), and other devices get no offline app from it. For tablets start with',
      '      TLS=auto npm start',
      '  or put a proxy with a certificate in front and set PUBLIC_URL to its https:// address.',
      '',
    )
  }
  if (facts.demo)
    lines.push('  Demo staff: Sari 3816, Budi 5274 (cashiers), Dewi 6492 (supervisor), Hartono 70418326 (owner)', '')
  return lines
}

function pairingLines(
  { publicUrl, localUrl, trust }: BannerFacts,
  { code, branchName, branchCode, minutes }: NonNullable<BannerFacts['pairing']>,
  isLan: boolean,
): readonly string[] {
  const link = `${publicUrl}/enrol#code=${code}`
  const lines = [
    `  Pair one tablet with ${branchName} (${branchCode}), once, within ${minutes} minutes:`,
    '',
    `  Pairing link     ${link}`,
    ...(isLan ? [`  On this computer ${localUrl}/enrol#code=${code}`] : []),
    `  Pairing code     ${code.slice(0, 4)}-${code.slice(4)}`,
    `  Another one      npm run admin -- pairing-code ${branchCode}`,
    '',
    ...renderUnicodeCompact(link, { border: 2 })
      .split('\n')
      .map((line) => `  ${line}`),
    '',
  ]
  if (trust) lines.push(`  On a new tablet open ${trust.url} first: it explains how to trust this server.`, '')
  return lines
}

export function printBanner(facts: BannerFacts): void {
  for (const line of renderBanner(facts)) console.log(line)
}
