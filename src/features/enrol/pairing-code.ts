/** Pairing codes: 8 characters of Crockford's base32, which has no I, L, O and U. */
import { PAIRING_CODE_LENGTH } from '../../contract/device.ts'

const LOOK_ALIKES: Record<string, string> = { I: '1', L: '1', O: '0' }
const OUTSIDE_ALPHABET = /[^0-9A-HJKMNP-TV-Z]/g
const GROUP = 4

/** What was meant by what was typed: capitals, no dashes or spaces, look-alikes put right. Unknown letters stay. */
export function normalisePairingCode(text: string): string {
  return text
    .toUpperCase()
    .replace(/[\s\p{Pd}_.]/gu, '')
    .replace(/[ILO]/g, (letter) => LOOK_ALIKES[letter] ?? letter)
}

/** Letters that no code contains, each once. */
export function foreignCharacters(code: string): string[] {
  return [...new Set(code.match(OUTSIDE_ALPHABET) ?? [])]
}

export function isPairingCode(code: string): boolean {
  return code.length === PAIRING_CODE_LENGTH && foreignCharacters(code).length === 0
}

/** `7K3M9TXA` as `7K3M-9TXA`, also while it is being typed. */
export function formatPairingCode(code: string): string {
  return code.length > GROUP ? `${code.slice(0, GROUP)}-${code.slice(GROUP)}` : code
}

/** The code in an enrolment link's fragment (`#code=7K3M9TXA`), or null. */
export function codeFromFragment(fragment: string): string | null {
  const code = new URLSearchParams(fragment.replace(/^#/, '')).get('code')
  return code === null || code === '' ? null : normalisePairingCode(code)
}

/** The code in what a QR code says, a link or the code alone; null when it is neither. */
export function codeFromQr(text: string): string | null {
  const hash = text.indexOf('#')
  const code = hash >= 0 ? codeFromFragment(text.slice(hash)) : normalisePairingCode(text)
  return code !== null && isPairingCode(code) ? code : null
}
