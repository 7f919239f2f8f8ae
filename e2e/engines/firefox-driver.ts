/** Firefox by WebDriver BiDi. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Browser, connect, type Page } from 'puppeteer-core'
import { type EngineDriver, type Size, TABLET } from './engine-driver.ts'
import { memoryOf, type RunningProgram, startProgram } from './process-tree.ts'
import { until } from './until.ts'

const START_DEADLINE_MS = 60_000
const PREFERENCES = {
  'intl.accept_languages': TABLET.languages.join(', '),
  // The question about lasting storage has nobody who answers it here.
  'dom.storageManager.prompt.testing': true,
  'dom.storageManager.prompt.testing.allow': true,
  // No calls home.
  'services.settings.server': 'data:,#remote-settings-dummy/v1',
  'network.captive-portal-service.enabled': false,
  'network.connectivity-service.enabled': false,
  // A browser that was killed must start again without asking.
  'toolkit.startup.max_resumed_crashes': -1,
  'browser.sessionstore.resume_from_crash': false,
  // Errors of workers reach no BiDi event: they are read from what Firefox prints.
  'browser.dom.window.dump.enabled': true,
  'devtools.console.stdout.content': true,
}
/**
 * As Firefox prints them: an uncaught error with its place, a call of console.error. Its own parts print their name without
 * quotes there.
 */
const PRINTED_PROBLEM = /^(JavaScript error: https?:.*|console\.error: (?!\w+: $).*)$/gm

export async function createFirefoxDriver(size: Size): Promise<EngineDriver> {
  const profile = await mkdtemp(join(tmpdir(), 'mstore-firefox-'))
  const prefs = Object.entries(PREFERENCES).map(([name, value]) => `user_pref("${name}", ${JSON.stringify(value)});`)
  await writeFile(join(profile, 'user.js'), `${prefs.join('\n')}\n`)
  const heard: string[] = []
  let printedBefore = ''
  let running: { program: RunningProgram; browser: Browser; page: Page } | null = null

  const started = () => {
    if (running === null) throw new Error('Firefox does not run')
    return running
  }
  const prepare = async (page: Page) => {
    page.on('console', (message) => {
      if (message.type() === 'error') heard.push(`console: ${message.text()}`)
    })
    page.on('pageerror', (error) => heard.push(`uncaught: ${error instanceof Error ? error.stack : error}`))
    await page.setViewport(size)
  }
  const kill = async () => {
    if (running === null) return
    const { program, browser } = running
    running = null
    await program.kill()
    printedBefore += program.output()
    // Only closes what is left of the connection: the browser is gone.
    await browser.disconnect().catch(() => undefined)
  }

  return {
    name: 'Firefox',
    async start() {
      const program = startProgram(
        'firefox-esr',
        ['--headless', '--no-remote', '--profile', profile, '--remote-debugging-port', '0'],
        { env: { MOZ_REMOTE_SETTINGS_DEVTOOLS: '1', MOZ_CRASHREPORTER_DISABLE: '1', TZ: TABLET.timeZone } },
      )
      try {
        const endpoint = await until(
          'Firefox names its BiDi endpoint',
          { ms: START_DEADLINE_MS, because: program.output },
          () => /WebDriver BiDi listening on (ws:\S+)/.exec(program.output())?.[1] ?? null,
        )
        const browser = await connect({ browserWSEndpoint: `${endpoint}/session`, protocol: 'webDriverBiDi' })
        const [page = await browser.newPage()] = await browser.pages()
        await prepare(page)
        running = { program, browser, page }
      } catch (error) {
        await program.kill()
        throw error
      }
    },
    version: () => started().browser.version(),
    open: async (url) => void (await started().page.goto(url)),
    reload: async () => void (await started().page.reload()),
    async openTab(url) {
      const { program, browser } = started()
      const page = await browser.newPage()
      await prepare(page)
      running = { program, browser, page }
      await page.goto(url)
    },
    async closeOtherTabs() {
      const { browser, page } = started()
      for (const other of await browser.pages()) if (other !== page) await other.close()
    },
    evaluate: async (work, argument) => {
      // Source and JSON, as with the other engine: BiDi's own values and puppeteer's types stay out of the tests.
      const answer = await started().page.evaluate(
        `Promise.resolve((${work})(${JSON.stringify(argument)})).then((value) => JSON.stringify({ value }))`,
      )
      return JSON.parse(String(answer)).value
    },
    press: async ({ x, y }) => await started().page.mouse.click(x, y),
    type: async (text) => await started().page.keyboard.type(text),
    screenshot: async () => Buffer.from(await started().page.screenshot({ captureBeyondViewport: false })),
    kill,
    async dispose() {
      await kill()
      await rm(profile, { recursive: true, force: true })
    },
    problems: () => {
      const printed = `${printedBefore}${running?.program.output() ?? ''}`.match(PRINTED_PROBLEM) ?? []
      return [...heard, ...printed]
    },
    memory: () => memoryOf(started().program.pid),
  }
}
