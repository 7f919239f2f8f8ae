import type { sync as words } from '../id/sync.ts'

export const sync: Record<keyof typeof words, string> = {
  live: 'Live',
  catchingUp: 'Catching up…',
  offline: 'Offline',
  asOf: 'as of {{when}}',
  behind: '{{changes}} changes to go',
  neverLoaded: 'not loaded yet',
  latency: '{{seconds}} s',
  latencyBelow: '< {{seconds}} s',
  lastRefresh: 'Last refresh {{when}}',
  announceLive: 'Stock is live now',
  announceCatchingUp: 'Catching up with stock changes',
  announceOffline: 'Offline. The stock shown is the last that was received',
  serverTitle: 'The server cannot be reached.',
  serverText: 'The last stock can still be seen and searched. It reconnects by itself.',
  brokerTitle: 'Live updates are cut off.',
  brokerText: 'The server can be reached, so stock is checked regularly. It reconnects by itself.',
  credentialsTitle: 'This device’s credentials were refused.',
  credentialsText: 'The last stock can still be seen but is not updated. Enrol again with a new code.',
  unknownTitle: 'The server does not know this device.',
  unknownText:
    'Sales are still kept here and the last stock can be seen, but it is not updated. This usually mends itself; if not, ask the shop’s owner for a new code.',
  storageTitle: 'Not saved: the device refused storage.',
  storageText: 'The stock on the screen may be behind. Free some space on the device, then reload.',
  enrolAgain: 'Enrol again',
}
