import type { Messages } from '../messages.ts'

/** The owner's pages: security. */
export const security: Messages['security'] = {
  title: 'Security',
  text: 'Who signed in where, what was refused, and which devices are new. The latest on top.',
  empty: 'Nothing has happened yet',
  times: '{{count}} times',
  since: 'since {{when}}',
  from: 'from {{address}}',
  device: 'on {{device}}',
  signed_in: 'Signed in with a PIN that the server checked',
  pin_wrong: 'Wrong PIN',
  pin_locked: 'PIN refused: too many wrong ones',
  owner_pin_set: 'The owner’s PIN was changed',
  right_refused: 'The owner’s pages were tried without the right',
  token_unknown: 'An unknown device was refused',
  key_wrong: 'A copied token was refused: it came without the key of its device',
  token_revoked: 'A revoked device was refused',
  sql_password_wrong: 'Wrong password for the database',
  admin_token_wrong: 'Wrong admin token',
  admin_locked: 'Admin token refused: too many wrong ones',
  pairing_code_wrong: 'Wrong pairing code',
  pairing_code_made: 'A pairing code was made',
  device_enrolled: 'A new device was enrolled',
  device_revoked: 'A device was revoked',
  broker_refused: 'A live connection was refused',
  other: 'Something else',
}
