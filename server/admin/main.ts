/** `npm run admin -- COMMAND`: everything by the admin REST, nothing past it. */
import { RefusedError } from './admin-client.ts'
import { AdminError } from './admin-error.ts'
import { runCommand } from './run-command.ts'
import { USAGE } from './usage.ts'

try {
  await runCommand(process.argv.slice(2), process.env)
} catch (error) {
  if (error instanceof RefusedError && error.status === 401) {
    console.error('The admin token is not this server’s. Set ADMIN_TOKEN, or DATA_DIR to the server’s folder.')
  } else if (error instanceof AdminError) console.error(error.message)
  else throw error
  if (error.usage) console.error(`\n${USAGE}`)
  process.exitCode = 1
}
