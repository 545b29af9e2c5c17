import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, onTestFinished } from 'vitest'
import { type Everything, type EverythingOptions, startEverything } from '../../src/everything.js'

/** The web app with all it stands on, its clock, and people at browsers. */
export interface World extends Everything {
  /** Moves the web app's clock. */
  readonly advance: (seconds: number) => void
  /** Opens a browser of its own, with nothing in it. */
  readonly visitor: () => Promise<BrowserContext>
}

let browser: Browser

/** To be called once in each file. */
export function launchBrowser(): void {
  beforeAll(async () => {
    const executablePath = process.env.CHROMIUM
    if (executablePath === undefined) throw new Error('CHROMIUM is not set: run `pnpm test:browser`')
    browser = await chromium.launch({
      executablePath,
      args: ['--no-sandbox'],
      // As people have it: going back shows what a page may still show.
      ignoreDefaultArgs: ['--disable-back-forward-cache'],
    })
  })
  afterAll(() => browser.close())
}

/** Starts everything for one test. */
export async function openWorld(options: Pick<EverythingOptions, 'responseMode'> = {}): Promise<World> {
  let ahead = 0
  const everything = await startEverything({ ...options, now: () => Date.now() + ahead * 1000 })
  onTestFinished(() => everything.close())
  const visitor = async (): Promise<BrowserContext> => {
    // Without JavaScript: no page may need it.
    const context = await browser.newContext({ javaScriptEnabled: false, viewport: { width: 1000, height: 720 } })
    context.setDefaultTimeout(20_000)
    onTestFinished(() => context.close())
    return context
  }
  return {
    ...everything,
    advance: (seconds) => {
      ahead += seconds
    },
    visitor,
  }
}

/** A page that shows the start of the app, in a browser of its own. */
export async function arrive({ url, visitor }: World): Promise<Page> {
  const context = await visitor()
  const page = await context.newPage()
  await page.goto(url)
  return page
}
