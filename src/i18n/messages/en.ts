import { update } from './en/app-update.ts'
import { detail } from './en/detail.ts'
import { journal, printer, refresh, storage } from './en/device.ts'
import { diagnostics } from './en/diagnostics.ts'
import { enrol } from './en/enrol.ts'
import { freshness } from './en/freshness.ts'
import { header } from './en/header.ts'
import { history } from './en/history.ts'
import { operation } from './en/operation.ts'
import { owner } from './en/owner.ts'
import { ownerProducts } from './en/owner-products.ts'
import { ownerSettings } from './en/owner-settings.ts'
import { ownerStock } from './en/owner-stock.ts'
import { methods, number, pay } from './en/pay.ts'
import { people } from './en/people.ts'
import { problem } from './en/problem.ts'
import { receipt } from './en/receipt.ts'
import { reports } from './en/reports.ts'
import { security } from './en/security.ts'
import { sell } from './en/sell.ts'
import { settings } from './en/settings.ts'
import { shift } from './en/shift.ts'
import { approval, signIn } from './en/sign-in.ts'
import { stock } from './en/stock.ts'
import { sync } from './en/sync.ts'
import { unsent } from './en/unsent.ts'
import type { Messages } from './messages.ts'

/** English, with the same keys as Indonesian. */
export const en: Messages = {
  app: {
    name: 'MStore Counter',
    skip: 'Skip to content',
    reload: 'Reload',
    cancel: 'Cancel',
    close: 'Close',
    back: 'Back',
    later: 'Later',
    loading: 'Loading…',
    none: '–',
    notFoundTitle: 'There is no such page',
    notFoundText: 'This address is not known. The stock is on the main page as before.',
    toStock: 'To the stock',
  },
  nav: { label: 'Pages', stock: 'Stock', diagnostics: 'Diagnostics', settings: 'Settings', owner: 'Owner' },
  problem,
  sync,
  enrol,
  stock,
  detail,
  diagnostics,
  settings,
  history,
  methods,
  pay,
  printer,
  owner,
  ownerStock,
  ownerSettings,
  ownerProducts,
  operation,
  unsent,
  people,
  security,
  receipt,
  reports,
  sell,
  signIn,
  approval,
  shift,
  header,
  number,
  journal,
  refresh,
  storage,
  freshness,
  update,
}
