/** `npm start`: builds the web app when its sources have changed, then becomes the server. */
import { buildWhenNeeded } from './build.ts'

/** During the build nothing has to be closed; the server installs its own way to stop. */
const stopBuilding = () => process.exit(143)
process.once('SIGTERM', stopBuilding)
const built = await buildWhenNeeded()
process.off('SIGTERM', stopBuilding)

if (built) await import('../server/main.ts')
else {
  console.error('The web app could not be built; the messages stand above.')
  process.exitCode = 1
}
