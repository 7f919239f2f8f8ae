/** What screens keep of a shop beside the databases, by the beginning of its key: forgotten with the device (rule Q12). */
export const SHOP_KEYS = [
  'mstore-activity',
  'mstore-current-cart',
  'mstore-favourites',
  'mstore-payments',
  'mstore-printed',
  'mstore-receiving-DEV-1',
  'mstore-stocktake-DEV-1',
  'mstore-unwritten-carts',
] as const
