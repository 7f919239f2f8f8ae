/** `npm start`: builds the web app when its sources have changed, then becomes the server. */
import { buildWhenNeeded } from './build.ts'
import { passOnSignals } from './run-tool.ts'

const built = await (async () => {
  const undo = passOnSignals()
  try {
    return await buildWhenNeeded()
  } finally {
    // From here on the server itself decides how to stop.
    undo()
  }
})()

if (built) await import('../server/main.ts')
else {
  console.error('The web app could not be built; the messages stand above.')
  process.exitCode = 1
}
