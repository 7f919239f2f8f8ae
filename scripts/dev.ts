/**
 * `npm run dev`: the server on PORT (8080), restarted when its sources change, and in front of it Vite with hot reload on
 * DEV_PORT (5173), which hands on /api, /healthz, /readyz, /internal and the WebSocket /mqtt (vite.config.ts). Open Vite's
 * address.
 */
import { passOnSignals, runTool } from './run-tool.ts'

passOnSignals()
const port = process.env.PORT || '8080'
const devPort = process.env.DEV_PORT || '5173'
// The pairing link has to lead to Vite; the server serves the last build.
const publicUrl = process.env.PUBLIC_URL || `http://localhost:${devPort}`

const server = runTool('node', ['--watch', '--watch-preserve-output', 'server/main.ts'], {
  env: { PORT: port, PUBLIC_URL: publicUrl },
})
const vite = runTool('vite', ['--port', devPort, '--strictPort'], { env: { PORT: port } })

// One without the other is no use: the first to end takes the other along.
const { code } = await Promise.race([server, vite])
process.exitCode = code
process.kill(process.pid, 'SIGTERM')
