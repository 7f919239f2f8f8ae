import type { problem as words } from '../id/problem.ts'

export const problem: Record<keyof typeof words, string> = {
  crashTitle: 'This page has stopped',
  crashText: 'There is a fault in the app. What is stored on this device is safe. Reload to go on.',
  chunkTitle: 'This part of the app has not loaded',
  chunkText:
    'The device is offline or the app has just been updated. What is on this device is safe. Check the network, then reload.',
  details: 'Details for support',
  diagnostics: 'Open diagnostics',
  insecureTitle: 'This address is not secure',
  insecureText:
    'The app was opened over plain http. Browsers then close offline storage and sync, so the stock cannot be loaded.',
  insecureSafe: 'Nothing is lost: nothing has been stored at this address.',
  insecureDo: 'What to do',
  insecureStep1: 'On the shop’s computer, start the server with TLS=auto.',
  insecureStep2: 'On this device, open {{trust}} and follow the steps to trust the shop’s certificate.',
  insecureStep3: 'Then open {{secure}}.',
  noIndexedDbTitle: 'This browser cannot store data',
  noIndexedDbText:
    'The app needs IndexedDB storage, and the browser does not offer it. That is usual in private windows and in old browsers.',
  noIndexedDbDo: 'Open it in a normal window (not private), or use a current Chrome, Edge, Firefox or Safari.',
  storageRefusedTitle: 'The device refused storage',
  storageRefusedText:
    'The database on this device cannot be opened: there is no space left, or storage is blocked for this site.',
  storageRefusedDo: 'Free some space, allow storage for this site, close other tabs of this app, then reload.',
  startTitle: 'The app cannot be opened',
  startText: 'There was a fault while the app was opening. What is stored on this device has not been changed.',
  startDo: 'Reload. If it stays like this, send the details below to support.',
}
