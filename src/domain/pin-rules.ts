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

/** Often chosen and made by no rule below: lines of the keypad, films, round numbers. */
const LISTED: ReadonlySet<string> = new Set([
  ...['0007', '0070', '0852', '0911', '1004', '1122', '1123', '1230', '1233', '1379', '1397', '1478', '1590', '1593'],
  ...['2211', '2580', '3691', '5150', '5683', '7410', '7412', '7536', '7896', '8520', '9630', '9731'],
  ...['147258', '159357', '159753', '258369', '369258', '753951', '789456', '456789', '14789632', '15975346'],
])
/** From this length on a PIN may hold no long straight run. */
const LONG = 6
const FIRST_YEAR = 1900
const LAST_YEAR = 2099

function isCommonPin(pin: string): boolean {
  if (LISTED.has(pin) || hasOneStep(pin) || isRepeated(pin) || isStairs(pin) || isMirrored(pin)) return true
  if (pin.length >= LONG && longestRun(pin) >= pin.length - 2) return true
  return isDate(pin)
}

/** 1111, 1234, 9876, 2468, 1470: each digit is as far from the one before it. */
function hasOneStep(pin: string): boolean {
  return new Set(stepsOf(pin)).size <= 1
}

/** 1212, 123123, 47114711 */
function isRepeated(pin: string): boolean {
  for (let length = 1; length <= pin.length / 2; length += 1) {
    if (pin.length % length === 0 && pin.slice(0, length).repeat(pin.length / length) === pin) return true
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

/** 123321, 12344321 */
function isMirrored(pin: string): boolean {
  if (pin.length < LONG || pin.length % 2 === 1) return false
  const half = pin.slice(0, pin.length / 2)
  return hasOneStep(half) && [...half].reverse().join('') === pin.slice(pin.length / 2)
}

/** Digits in the longest part that is all the same, or goes up or down by one. */
function longestRun(pin: string): number {
  let longest = 1
  let current = 1
  let before: number | null = null
  for (const step of stepsOf(pin)) {
    const isStraight = step === 0 || step === 1 || step === 9
    current = isStraight ? (step === before ? current + 1 : 2) : 1
    before = isStraight ? step : null
    longest = Math.max(longest, current)
  }
  return longest
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
