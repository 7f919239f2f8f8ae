/** WebKitGTK by the W3C WebDriver protocol, in a browser program of our own (webkit-browser.py) on a screen of its own. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as v from 'valibot'
import { freePort } from '../support/free-port.ts'
import { type EngineDriver, type Size, TABLET } from './engine-driver.ts'
import { memoryOf, type RunningProgram, startProgram } from './process-tree.ts'
import { until } from './until.ts'
import { createSession, type WebDriverSession } from './webdriver-session.ts'

const START_DEADLINE_MS = 60_000
const BROWSER = join(import.meta.dirname, 'webkit-browser.py')
const handleSchema = v.object({ handle: v.string() })
const ENTER = '\uE007'
/** As WebKit prints them: `CONSOLE ERROR …`, `CONSOLE JS ERROR …`, `CONSOLE SECURITY ERROR …`. */
const PRINTED_PROBLEM = /^.*\bCONSOLE (?:[A-Z]+ )?ERROR .*$/gm

export async function createWebKitDriver(size: Size): Promise<EngineDriver> {
  const profile = await mkdtemp(join(tmpdir(), 'mstore-webkit-'))
  let printedBefore = ''
  let screen: RunningProgram | null = null
  let running: { driver: RunningProgram; session: WebDriverSession } | null = null

  const session = () => {
    if (running === null) throw new Error('WebKit does not run')
    return running.session
  }
  const kill = async () => {
    if (running === null) return
    const { driver } = running
    running = null
    await driver.kill()
    printedBefore += driver.output()
  }

  return {
    name: 'WebKitGTK',
    async start() {
      screen ??= startProgram('Xvfb', ['-displayfd', '3', '-screen', '0', '1400x1000x24', '-nolisten', 'tcp'], {
        pipe3: true,
      })
      const { output } = screen
      const display = await until(
        'Xvfb names its display',
        { ms: START_DEADLINE_MS, because: output },
        () => /^(\d+)$/m.exec(output())?.[1] ?? null,
      )
      const port = await freePort()
      const driver = startProgram('WebKitWebDriver', [`--port=${port}`, '--host=127.0.0.1'], {
        env: { DISPLAY: `:${display}`, TZ: TABLET.timeZone, GDK_BACKEND: 'x11', WAYLAND_DISPLAY: undefined },
      })
      try {
        const origin = `http://127.0.0.1:${port}`
        await until('WebKitWebDriver answers', { ms: START_DEADLINE_MS, because: driver.output }, () =>
          fetch(`${origin}/status`).then(
            ({ ok }) => ok,
            () => false,
          ),
        )
        const browserArguments = [BROWSER, profile, String(size.width), String(size.height), ...TABLET.languages]
        running = {
          driver,
          session: await createSession(origin, {
            'webkitgtk:browserOptions': { binary: '/usr/bin/python3', args: browserArguments },
          }),
        }
      } catch (error) {
        await driver.kill()
        throw error
      }
    },
    version: async () => `WebKitGTK ${session().browserVersion}`,
    open: async (url) => void (await session().post('url', { url })),
    reload: async () => void (await session().post('refresh', {})),
    async openTab(url) {
      const opened = v.parse(handleSchema, await session().post('window/new', { type: 'tab' }))
      await session().post('window', opened)
      await session().post('url', { url })
    },
    async closeOtherTabs() {
      const here = await session().get('window')
      for (const handle of v.parse(v.array(v.string()), await session().get('window/handles'))) {
        if (handle === here) continue
        await session().post('window', { handle })
        await session().delete('window')
      }
      await session().post('window', { handle: here })
    },
    evaluate: async (work, argument) => {
      const script = `
        const [argument, done] = arguments
        Promise.resolve(argument).then(${work}).then(
          (value) => done(JSON.stringify({ value })),
          (error) => done(JSON.stringify({ error: String(error?.stack ?? error) })))`
      const answer = JSON.parse(String(await session().post('execute/async', { script, args: [argument] })))
      if (answer.error !== undefined) throw new Error(answer.error)
      return answer.value
    },
    async press({ x, y }) {
      const move = { type: 'pointerMove', duration: 0, x: Math.round(x), y: Math.round(y) }
      const actions = [move, { type: 'pointerDown', button: 0 }, { type: 'pointerUp', button: 0 }]
      await session().post('actions', { actions: [{ type: 'pointer', id: 'mouse', actions }] })
    },
    async type(text) {
      const actions = [...text.replaceAll('\n', ENTER)].flatMap((value) => [
        { type: 'keyDown', value },
        { type: 'keyUp', value },
      ])
      await session().post('actions', { actions: [{ type: 'key', id: 'keyboard', actions }] })
    },
    screenshot: async () => Buffer.from(String(await session().get('screenshot')), 'base64'),
    kill,
    async dispose() {
      await kill()
      await screen?.kill()
      await rm(profile, { recursive: true, force: true })
    },
    problems: () => `${printedBefore}${running?.driver.output() ?? ''}`.match(PRINTED_PROBLEM) ?? [],
    memory: () => (running === null ? 0 : memoryOf(running.driver.pid)),
  }
}
