import { readScan } from '../../../domain/scanned-code.ts'

const COMBINING_MARKS = /\p{M}/gu
const PLAIN = /^[\x20-\x7e]*$/

/** Text as the search compares it: no case, no diacritics. */
export function foldText(text: string): string {
  const plain = PLAIN.test(text) ? text : text.normalize('NFD').replace(COMBINING_MARKS, '')
  return plain.toLowerCase()
}

/** The words of a search, folded; all have to be found, anywhere. */
export function searchWords(text: string): string[] {
  return foldText(text)
    .split(/\s+/)
    .filter((word) => word !== '')
}

/** True when a person hardly typed this: a barcode or an article number from a scanner. */
export function looksLikeCode(text: string): boolean {
  if (readScan(text).isMarked) return true
  return /^[0-9A-Za-z-]{6,}$/.test(text.trim()) && /\d{4}/.test(text)
}
