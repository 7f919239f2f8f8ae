export const signIn = {
  title: 'Who is at the counter?',
  intro: 'Choose your name, then enter your PIN. It works offline too.',
  people: 'Name',
  cashier: 'Cashier',
  supervisor: 'Supervisor',
  owner: 'Owner',
  enterPin: 'Enter the PIN of {{name}}',
  pin: 'PIN',
  keypad: 'Number keys',
  erase: 'Delete the last digit',
  other: 'Someone else',
  submit: 'Sign in',
  checking: 'Checking…',
  length: 'A PIN has 4 to {{max}} digits.',
  needsServer:
    'Offline, and the owner has never signed in on this device. Connect it first. Cashiers and supervisors still can.',
  changeNeeded: 'This PIN is too easy for an owner. Open the owner’s pages in the menu and set a new one.',
  wrong_one: 'Wrong PIN. {{count}} try left.',
  wrong_other: 'Wrong PIN. {{count}} tries left.',
  wait: 'Wrong PIN several times. Try again in {{left}}.',
  waitSeconds: '{{seconds}} seconds',
  waitMinutes: '{{minutes}} minutes',
  storage:
    'Not signed in: the device refuses to store. What is recorded is safe. Free some space on the device, then try again.',
  emptyTitle: 'No staff on this device yet',
  emptyText:
    'Names and PINs come from the server. Connect this device to the shop’s network, or ask the owner to add staff. The stock can be seen meanwhile.',
  lockedTitle: 'Locked',
  lockedText: 'The cart and the payment under way are kept. Somebody else may sign in and go on.',
  unlock: 'Unlock',
} as const

export const approval = {
  void: 'Permission to void a sale',
  refund: 'Permission for a refund',
  discount: 'Permission for a discount over the limit',
  deleteCart: 'Permission to delete a cart',
  voidRefused: 'Permission to void a sale that the server refused',
  decide: 'Permission to decide a difference with the server',
  intro: 'A supervisor or the owner enters a PIN. The permission is recorded.',
  introOwner: 'The owner enters a PIN, and the server checks it. The decision is recorded.',
  submit: 'Allow',
  nobodyTitle: 'Nobody can give permission',
  nobodyText: 'There is no supervisor or owner on this device yet. The owner can add one on the owner’s pages.',
  storage:
    'Permission not recorded: the device refuses to store. Nothing was changed. Free some space, then try again.',
} as const
