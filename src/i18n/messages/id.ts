import { detail } from './id/detail.ts'
import { journal, printer, refresh, storage } from './id/device.ts'
import { diagnostics } from './id/diagnostics.ts'
import { enrol } from './id/enrol.ts'
import { history } from './id/history.ts'
import { operation } from './id/operation.ts'
import { owner } from './id/owner.ts'
import { ownerProducts } from './id/owner-products.ts'
import { ownerSettings } from './id/owner-settings.ts'
import { ownerStock } from './id/owner-stock.ts'
import { methods, number, pay } from './id/pay.ts'
import { people } from './id/people.ts'
import { receipt } from './id/receipt.ts'
import { reports } from './id/reports.ts'
import { security } from './id/security.ts'
import { sell } from './id/sell.ts'
import { settings } from './id/settings.ts'
import { shift } from './id/shift.ts'
import { approval, signIn } from './id/sign-in.ts'
import { startWords } from './id/start.ts'
import { stock } from './id/stock.ts'
import { unsent } from './id/unsent.ts'

/** Indonesian, the first language. Its keys type every `t()`; en.ts has the same ones. */
export const id = {
  ...startWords,
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
  number,
  journal,
  refresh,
  storage,
} as const
