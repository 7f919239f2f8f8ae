export const update = {
  ready: 'A new version is ready.',
  readyText:
    'It installs itself when the cart is empty and nobody is at the counter, in all tabs at once. Data and carts stay.',
  now: 'Install now',
  soon: 'The new version is about to be installed.',
  waitsHere: 'It waits for the entry or payment in this tab to be finished. Nothing is lost.',
  waitsElsewhere: 'All tabs reload together as soon as no entry or payment is under way.',
  outdatedTitle: 'The app was updated in another tab',
  outdatedText:
    'This tab is still the old version and has stopped recording, so that data does not get mixed up. Stored sales and carts are safe.',
  outdatedDo: 'Reload to go on with the new version.',
  newerTitle: 'This version of the app is too old',
  newerText:
    'A newer version has used the data on this device. This version records nothing, so do not sell here. Everything stored is safe.',
  newerDo: 'Reload. If it stays like this, ask the shop’s owner to install the latest version on the server again.',
  failedTitle: 'The data could not be moved to the new version',
  failedText:
    'The update of this device’s storage failed and was undone as a whole. The old data is intact, what is unsent included.',
  failedDo:
    'Free some space on the device, then reload. If it fails again, export what is unsent and import it at another counter of this branch.',
  blockedTitle: 'Another tab still uses the old version',
  blockedText: 'The data can be opened once that tab is closed. Nothing is lost.',
  blockedDo: 'Close all other tabs and windows of this app, then reload.',
  export: 'Export what is unsent',
  exporting: 'Reading…',
  exported: '{{count}} records are in the file {{file}}. Import it under Unsent at another counter of the same branch.',
  exportedPartly: 'This version does not know {{count}} of them: keep the file for support.',
  exportedNone: 'Nothing is unsent on this device.',
  exportFailed: 'The data cannot be read and was not changed. Close other tabs of this app, reload, then try again.',
  rescueTitle: 'Export what is unsent',
  rescueText:
    'This page only reads the data on the device, without opening the app. What is exported stays here too; the server books each sale once.',
  toApp: 'To the app',
}
