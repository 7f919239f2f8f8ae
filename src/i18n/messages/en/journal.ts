import type { journal as words } from '../id/journal.ts'

export const journal: Record<keyof typeof words, string> = {
  title: 'Failure journal',
  intro: 'What went wrong on this device, also before it was loaded anew. Kept here only, without passwords and PINs.',
  none: 'No failure is on record.',
  unreadable: 'The failure journal cannot be read. Sales and stock are not affected.',
  kindInput: 'Data that could not be used',
  kindStorage: 'Device storage',
  kindRefused: 'Refused by the server',
  kindWorker: 'Background service',
  kindNetwork: 'Network',
  kindCrash: 'Fault in the app',
  times_one: '{{times}} time, {{from}} – {{until}}',
  times_other: '{{times}} times, {{from}} – {{until}}',
  export: 'File for support',
  exported: '{{file}} was made: the failures and everything unsent. Send it to support.',
  exportFailed: 'The file could not be made. Everything on record stays. Try again.',
  clear: 'Clear the journal',
  clearTitle: 'Clear the failure journal?',
  clearText: 'Support can then no longer see what went wrong on this device. Sales and stock are not touched.',
  clearFailed: 'Not cleared: the device refused storage. Try again.',
}
