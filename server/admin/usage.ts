export const USAGE = `Usage: npm run admin -- COMMAND

  merchant add CODE NAME                          a merchant
  branch add MERCHANT CODE NAME                   a branch of a merchant
  branch list                                     all branches
  product list BRANCH [--search TEXT]             products with price and stock
  product add BRANCH NAME --price N [--stock N] [--sku S] [--barcode B] [--category C] [--unit U]
  product import BRANCH FILE [--dry-run]          a catalogue in CSV; --dry-run only names the bad lines
  product set ID [--price N] [--stock N] [--name S] [--sku S] [--barcode B] [--category C] [--unit U]
              [--active yes|no] [--reason R]
  stock ID set N | stock ID by N [--reason R]     counts anew, or adds (by -3 takes away)
  pairing-code BRANCH [--minutes N]               a one-time link and QR code that pair one tablet
  device list [--branch BRANCH]                   tablets and when they were last seen
  device revoke ID                                shuts a tablet out at once
  staff list BRANCH                               staff of a branch
  staff add BRANCH NAME --role cashier|supervisor|owner --pin DIGITS
  backup FILE                                     the embedded database as one file, also while the server runs
  restore FILE                                    puts such a file in the database's place; the server must be stopped
  traffic --branch BRANCH --rate N [--seconds S] [--products N]
                                                  stock changes as other counters make them, N a second

The server is found by MSTORE_URL, else PORT, else by what it wrote into DATA_DIR; the token is ADMIN_TOKEN, else
DATA_DIR/admin-token. Money is whole rupiah; stock has at most three decimals.
`
