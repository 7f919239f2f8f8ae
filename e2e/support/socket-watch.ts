import type { BrowserContext, Page } from '@playwright/test'

export interface SocketWatch {
  /** How many WebSockets this page has open. */
  openOn(page: Page): number
  install(context: BrowserContext): Promise<void>
}

/** Counts the WebSockets that each page has open. */
export function createSocketWatch(): SocketWatch {
  const open = new Map<Page, number>()
  const openOn = (page: Page) => open.get(page) ?? 0
  return {
    openOn,
    async install(context: BrowserContext): Promise<void> {
      context.on('page', (page) => {
        page.on('websocket', (socket) => {
          open.set(page, openOn(page) + 1)
          socket.on('close', () => open.set(page, openOn(page) - 1))
        })
      })
    },
  }
}
