/** Numbers, money and times as a person of this shop writes them. Pure: the time zone is the device's, unless given. */
import { type Language, LOCALES } from './language.ts'

export interface Format {
  /** `Rp 1.234.567`, `-Rp 1.500`. Whole rupiah. */
  rupiah(amount: number): string
  /** `1.234.567`, `-1.500`: rupiah in a column of rupiah. */
  number(amount: number): string
  /** `97`, `1.234`, `0,5`: at most three decimals. */
  quantity(value: number): string
  /** `14.03`. ms since 1970 UTC. */
  time(at: number): string
  /** `14.03.09` */
  timeWithSeconds(at: number): string
  /** `14.03`, or `12 Nov, 14.03` when that is not today. */
  moment(at: number, now: number): string
  /** `12 Nov 2026, 14.03`: for paper, which is read on another day. */
  dateTime(at: number): string
  /** `0,3` seconds of a latency in ms; `10` from ten seconds on. */
  seconds(ms: number): string
  /** `3 menit`, `2 jam`, `5 hari`: whole units that have passed, the largest one; null below a minute. */
  age(ms: number): string | null
  /** `14 detik`, `3 menit 20 detik`, `2 jam 5 menit`: rounded up to seconds, two units at most. Short: `3 mnt 20 dtk`. */
  duration(ms: number, length?: 'long' | 'short'): string
  /** `99,97 %`: never rounded up, so that only all is `100 %`. */
  percent(share: number): string
  /** `1,2 MB` */
  bytes(size: number): string
}

/** Largest first, in seconds. */
const TIME_UNITS = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
  ['second', 1],
] as const

const BYTE_UNITS = ['B', 'kB', 'MB', 'GB', 'TB'] as const

export function createFormat(language: Language, timeZone?: string): Format {
  const locale = LOCALES[language]
  const zone = timeZone === undefined ? {} : { timeZone }
  const whole = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 })
  const upToThree = new Intl.NumberFormat(locale, { maximumFractionDigits: 3 })
  const oneDecimal = new Intl.NumberFormat(locale, { minimumFractionDigits: 1, maximumFractionDigits: 1 })
  const clock = new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23', ...zone })
  const clockWithSeconds = new Intl.DateTimeFormat(locale, {
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
    ...zone,
  })
  const day = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short', ...zone })
  const year = new Intl.DateTimeFormat(locale, { year: 'numeric', ...zone })
  const upToTwo = new Intl.NumberFormat(locale, { maximumFractionDigits: 2 })
  const units = TIME_UNITS.map(([unit, seconds]) => {
    const words = (unitDisplay: 'long' | 'short') => new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay })
    return { seconds, long: words('long'), short: words('short') }
  })
  const dayWithYear = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short', year: 'numeric', ...zone })

  return {
    rupiah: (amount) => `${amount < 0 ? '-' : ''}Rp ${whole.format(Math.abs(amount))}`,
    number: (amount) => whole.format(amount + 0),
    // `+ 0` makes minus zero plain zero.
    quantity: (value) => upToThree.format(value + 0),
    time: (at) => clock.format(at),
    timeWithSeconds: (at) => clockWithSeconds.format(at),
    moment(at, now) {
      if (dayWithYear.format(at) === dayWithYear.format(now)) return clock.format(at)
      const sameYear = year.format(at) === year.format(now)
      return `${(sameYear ? day : dayWithYear).format(at)}, ${clock.format(at)}`
    },
    dateTime: (at) => `${dayWithYear.format(at)}, ${clock.format(at)}`,
    seconds: (ms) => (ms >= 9_950 ? whole : oneDecimal).format(Math.max(0, ms) / 1000),
    age(ms) {
      const passed = Math.floor(ms / 1000)
      const unit = units.find(({ seconds }) => seconds <= passed && seconds >= 60)
      return unit ? unit.long.format(Math.floor(passed / unit.seconds)) : null
    },
    duration(ms, length = 'long') {
      const whole = Math.max(0, Math.ceil(ms / 1000))
      const first = Math.max(
        0,
        units.findIndex(({ seconds }) => seconds <= Math.max(1, whole)),
      )
      let rest = whole
      const parts: string[] = []
      for (const unit of units.slice(first, first + 2)) {
        const count = Math.floor(rest / unit.seconds)
        rest -= count * unit.seconds
        if (count > 0 || parts.length === 0) parts.push(unit[length].format(count))
      }
      return parts.join(' ')
    },
    percent: (share) => `${upToTwo.format(Math.floor(share * 10_000 + 1e-6) / 100)}\u00a0%`,
    bytes(size) {
      let value = size
      let unit = 0
      while (value >= 1000 && unit < BYTE_UNITS.length - 1) {
        value /= 1000
        unit += 1
      }
      return `${unit === 0 || value >= 100 ? whole.format(value) : oneDecimal.format(value)} ${BYTE_UNITS[unit]}`
    },
  }
}
