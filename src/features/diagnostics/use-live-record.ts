import { useMinutes } from '../../db/journal/minutes.ts'
import { addDays, shopDay } from '../../domain/shop-day.ts'
import { useNow } from '../../ui/use-now.ts'
import { useServices } from '../shared/services.ts'
import { minutesOfDay } from './live-share.ts'

/** Days of which the page shows the share. */
export const DAYS_SHOWN = 7

/** The recorded minutes of today, and those of the days before: they change no more, so they are read once. */
export function useLiveRecord() {
  const { journalDb } = useServices()
  const today = shopDay(useNow(60_000))
  const { from, to } = minutesOfDay(today)
  const first = minutesOfDay(addDays(today, 1 - DAYS_SHOWN)).from
  return { today, ofToday: useMinutes(journalDb, from, to), ofEarlier: useMinutes(journalDb, first, from) }
}
