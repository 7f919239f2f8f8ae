import type { storage as words } from '../id/storage.ts'

export const storage: Record<keyof typeof words, string> = {
  nearlyFullTitle: 'The device’s storage is {{percent}} full.',
  nearlyFullText:
    'Sales are still being saved, but once it is full nothing more can be recorded. Remove photos and other apps from this device, and make sure that all sales are sent.',
  look: 'Look at storage',
  free: 'Space left',
  freeEnough: 'Enough ({{percent}} used)',
  freeLow: 'Nearly none ({{percent}} used)',
  freeDo:
    'Remove photos and other apps from this device. Sales data is tidied up by itself; what is unsent is never deleted.',
  kept: 'What the server has is kept here for {{days}} days and then deleted by itself. What is unsent is never deleted.',
  takenTitle: 'The browser or the system has deleted this app’s storage.',
  takenText:
    'Sales that were sent are safe on the server. Those that were not are no longer on this device: enter them again from their receipts, or import an export file if there is one. Enrol this device again with a new code.',
}
