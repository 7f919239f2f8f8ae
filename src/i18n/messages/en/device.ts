import type { journal as journalId, storage as storageId } from '../id/device.ts'

export const journal: Record<keyof typeof journalId, string> = {
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

export const printer = {
  title: 'Receipts and printer',
  intro: 'Choose this device’s receipt printer. Without one, receipts are printed by the browser.',
  none: 'This browser cannot use receipt printers directly. Receipts are printed by the browser.',
  current: 'A receipt printer is set up by {{way}}.',
  usb: 'USB',
  serial: 'Serial',
  bluetooth: 'Bluetooth',
  baudRate: 'Serial speed (baud)',
  drawer: 'Open the drawer when a cash receipt is printed',
  test: 'Print a test',
  testTitle: 'TEST',
  forget: 'Forget the printer',
  chosen: 'The printer is set up. Try a print.',
  notChosen: 'No printer was chosen, or it does not answer.',
  tested: 'Sent to the printer.',
  testFailed: 'Not printed: the printer does not answer. Switch it on, bring it near, then choose it again.',
} as const

export const refresh = {
  title: 'Refresh',
  last: 'Last equal to the server',
  state: 'State',
  next: 'Next',
  idle: 'Idle',
  comparing: 'Comparing with the server…',
  loading: 'Loading {{loaded}} of {{total}} rows',
  failed: 'Failed: the server did not answer. It will be tried again by itself.',
}

export const storage: Record<keyof typeof storageId, string> = {
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
