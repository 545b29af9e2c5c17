import { mkdir, readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import type { AxeResults } from 'axe-core'
import type { Page } from 'playwright-core'
import { expect } from 'vitest'

/** Where CI keeps what it has made. */
const folder = new URL('../../../../.ci/output/screenshots/', import.meta.url)

const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** Of a phone. At 320 CSS pixels nothing may need to be scrolled sideways (WCAG 2.2, 1.4.10). */
const narrow = { width: 320, height: 640 }

/** Keeps pictures of a page, light, dark and narrow, and expects that nothing on it shuts anybody out (WCAG 2.2 AA). */
export async function look(page: Page, name: string): Promise<void> {
  await mkdir(folder, { recursive: true })
  const wide = page.viewportSize() ?? narrow
  const views = [
    { kind: 'light', colorScheme: 'light', size: wide },
    { kind: 'dark', colorScheme: 'dark', size: wide },
    { kind: 'narrow', colorScheme: 'light', size: narrow },
  ] as const
  const twin = await twinOf(page)
  for (const { kind, colorScheme, size } of views) {
    for (const each of [page, twin]) {
      await each.setViewportSize(size)
      await each.emulateMedia({ colorScheme })
    }
    await page.screenshot({ path: new URL(`${name}-${kind}.png`, folder).pathname, fullPage: true })
    expect(await faults(twin), `${name}, ${kind}`).toEqual([])
  }
  await twin.context().close()
  await page.setViewportSize(wide)
}

/** The checker is a script, and the pages run none: it looks at the same HTML in a browser that does. */
async function twinOf(page: Page): Promise<Page> {
  const twin = await page.context().browser()?.newPage()
  if (twin === undefined) throw new Error('the page belongs to no browser')
  const body = await page.content()
  await twin.route(page.url(), (route) => route.fulfill({ body, contentType: 'text/html; charset=utf-8' }))
  await twin.goto(page.url())
  await twin.evaluate(axe)
  return twin
}

async function faults(twin: Page): Promise<string[]> {
  const { violations } = await twin.evaluate<AxeResults>(
    'axe.run({ runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] })',
  )
  const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)
  const tooWide = await twin.evaluate<boolean>('document.documentElement.scrollWidth > innerWidth')
  return tooWide ? [...found, 'it is wider than the window'] : found
}
