/**
 * What a new PIN may be. A counter's PIN is short, because it is typed between two customers and checked without a network; an
 * owner's is longer, because it opens everything and can be tried from any device. Nobody gets one that is on every thief's list.
 */
/** `length`: not so many digits as the role needs; `common`: among the first that a thief tries. */
export type PinProblem = 'length' | 'common'

type StaffRole = 'cashier' | 'supervisor' | 'owner'

/** Digits of a PIN. A PIN of before these rules stays valid for a counter; an owner's is asked for anew. */
export const COUNTER_PIN = { min: 4, max: 8 } as const
export const OWNER_PIN = { min: 8, max: 12 } as const

/** How many digits somebody of this role has. */
export function pinLength(role: StaffRole): { readonly min: number; readonly max: number } {
  return role === 'owner' ? OWNER_PIN : COUNTER_PIN
}

/** What is wrong with a new PIN for somebody of this role; null: nothing. */
export function pinProblem(pin: string, role: StaffRole): PinProblem | null {
  const { min, max } = pinLength(role)
  if (!/^\d+$/.test(pin) || pin.length < min || pin.length > max) return 'length'
  return isCommonPin(pin) ? 'common' : null
}

/** Often chosen and made by no rule below: lines of the keypad, words, films, holidays, round numbers. */
const LISTED: ReadonlySet<string> = new Set([
  ...['0007', '0070', '0852', '0911', '1004', '1123', '1124', '1213', '1223', '1225'],
  ...['1230', '1231', '1232', '1233', '1235', '1236', '1237', '1238', '1239', '1245', '1337', '1342'],
  ...['1358', '1379', '1397', '1478', '1590', '1593', '1708', '1793'],
  ...['2580', '3691', '5150', '5683', '7410', '7412', '7536', '7896'],
  ...['7931', '8520', '9630', '9713', '9731'],
  ...['314159', '456789', '13572468', '13579246', '24681357', '24681012', '14253647'],
])
/** Numbers that many know by heart; more digits behind make none of them another. */
const KNOWN = ['1123581', '1414213', '1618033', '2718281', '3141592', '8675309'] as const
/** From this length on a PIN may hold no long straight run, nor be put together of short ones. */
const LONG = 6
const PIECE = 3
const FIRST_YEAR = 1900
const LAST_YEAR = 2099

function isCommonPin(pin: string): boolean {
  if (LISTED.has(pin) || hasOneStep(pin) || isRepeated(pin) || isStairs(pin) || isPalindrome(pin) || isDate(pin))
    return true
  if (pin.length < LONG) return false
  return (
    KNOWN.some((known) => pin.startsWith(known)) ||
    digitsInPieces(pin) >= pin.length - 2 ||
    creeps(pin) ||
    isWalk(pin) ||
    isCounted(pin)
  )
}

/** 1111, 1234, 9876, 2468, 1470: each digit is as far from the one before it. */
function hasOneStep(pin: string): boolean {
  return new Set(stepsOf(pin)).size <= 1
}

/** 1212, 123123, 47114711, and 12312312, which ends before it is through again. */
function isRepeated(pin: string): boolean {
  for (let length = 1; length <= pin.length / 2; length += 1) {
    if (pin.slice(length) === pin.slice(0, -length)) return true
  }
  return false
}

/** 112233, 11223344: equal runs whose digits go up or down. */
function isStairs(pin: string): boolean {
  const runs = pin.match(/(\d)\1*/g) ?? []
  const [first = ''] = runs
  return first.length > 1 && runs.every(({ length }) => length === first.length) && hasOneStep(firstDigits(runs))
}

function firstDigits(runs: readonly string[]): string {
  return runs.map((run) => run.charAt(0)).join('')
}

/** 1221, 123321, 7135317 */
function isPalindrome(pin: string): boolean {
  return [...pin].reverse().join('') === pin
}

/** How many digits lie in straight runs and lines of the keypad: 12344567, 14725836, 15935746, 78945600. */
function digitsInPieces(pin: string): number {
  /** By the place from which on. */
  const most: number[] = new Array(pin.length + 1).fill(0)
  for (let from = pin.length - PIECE; from >= 0; from -= 1) {
    most[from] = most[from + 1] ?? 0
    for (let to = from + PIECE; to <= pin.length && isPiece(pin.slice(from, to)); to += 1) {
      most[from] = Math.max(most[from] ?? 0, to - from + (most[to] ?? 0))
    }
  }
  return most[0] ?? 0
}

/** All the same, up or down by one, or three keys in a line. */
function isPiece(part: string): boolean {
  const [step = 0] = stepsOf(part)
  if (hasOneStep(part) && (step === 0 || step === 1 || step === 9)) return true
  return part.length === PIECE && KEY_LINES.has(part)
}

const KEY_LINES: ReadonlySet<string> = new Set(
  ['147', '258', '369', '159', '357', '580', '456'].flatMap((line) => [line, [...line].reverse().join('')]),
)

/** 11223345: up or down, by one at most. */
function creeps(pin: string): boolean {
  const steps = new Set(stepsOf(pin))
  return [...steps].every((step) => step <= 1) || [...steps].every((step) => step === 0 || step === 9)
}

/** 12369874, 98745632: from key to neighbouring key. */
function isWalk(pin: string): boolean {
  const places = [...pin].map((digit) => (digit === '0' ? { row: 3, column: 1 } : placeOf(Number(digit) - 1)))
  return places.every((place, index) => {
    const before = places[index - 1]
    return !before || Math.abs(place.row - before.row) + Math.abs(place.column - before.column) === 1
  })
}

function placeOf(key: number): { readonly row: number; readonly column: number } {
  return { row: Math.floor(key / 3), column: key % 3 }
}

/** 10203040, 11121314, 10002000, 20252026: numbers that go up evenly, two round ones, or two years. */
function isCounted(pin: string): boolean {
  for (let length = 2; length <= pin.length / 2; length += 1) {
    if (pin.length % length !== 0) continue
    const numbers = (pin.match(new RegExp(`.{${length}}`, 'g')) ?? []).map(Number)
    const [step = 0, ...steps] = numbers.slice(1).map((number, index) => number - (numbers[index] ?? 0))
    if (steps.every((other) => other === step) && (steps.length > 0 || Math.abs(step) <= 1)) return true
    if (numbers.every((number) => number % 10 ** (length - 1) === 0)) return true
    if (length === 4 && numbers.every(isYear)) return true
  }
  return false
}

/** Differences of neighbours, modulo ten: 8901 goes on. */
function stepsOf(pin: string): readonly number[] {
  return [...pin].slice(1).map((digit, index) => (Number(digit) - Number(pin[index]) + 10) % 10)
}

/** A year, or somebody's birthday in six or eight digits. Four digits of a day and month would forbid too many. */
function isDate(pin: string): boolean {
  const at = (from: number, to: number) => Number(pin.slice(from, to))
  switch (pin.length) {
    case 4:
      return at(0, 4) >= FIRST_YEAR + 40 && at(0, 4) <= LAST_YEAR - 60
    case 6:
      return isDay(at(0, 2), at(2, 4)) || isDay(at(2, 4), at(0, 2)) || isDay(at(4, 6), at(2, 4))
    case 8:
      return (
        (isYear(at(4, 8)) && (isDay(at(0, 2), at(2, 4)) || isDay(at(2, 4), at(0, 2)))) ||
        (isYear(at(0, 4)) && (isDay(at(6, 8), at(4, 6)) || isDay(at(4, 6), at(6, 8))))
      )
    default:
      return false
  }
}

function isYear(year: number): boolean {
  return year >= FIRST_YEAR && year <= LAST_YEAR
}

function isDay(day: number, month: number): boolean {
  return day >= 1 && day <= 31 && month >= 1 && month <= 12
}
