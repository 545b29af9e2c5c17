import { mkdir, readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import type { AxeResults } from 'axe-core'
import type { BrowserContextOptions, Page } from 'playwright-core'
import { expect } from 'vitest'

/** Where CI keeps what it has made. */
const folder = new URL('../../../../.ci/output/screenshots/', import.meta.url)

const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** Of a phone. At 320 CSS pixels nothing may need to be scrolled sideways (WCAG 2.2, 1.4.10). */
const narrow = { width: 320, height: 640 }

/** Keeps pictures of a page, light, dark and narrow, and expects that nothing on it shuts anybody out (WCAG 2.2 AA). */
export async function look(page: Page, name: string): Promise<void> {
  await mkdir(folder, { recursive: true })
  const html = await page.content()
  const wide = page.viewportSize() ?? narrow
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme })
    await page.screenshot({ path: pathOf(name, colorScheme), fullPage: true })
    expect(await faults(page, html, { colorScheme, viewport: wide }), `${name}, ${colorScheme}`).toEqual([])
  }
  await page.setViewportSize(narrow)
  await page.screenshot({ path: pathOf(name, 'narrow'), fullPage: true })
  expect(await faults(page, html, { colorScheme: 'light', viewport: narrow }), `${name}, narrow`).toEqual([])
  await page.setViewportSize(wide)
}

function pathOf(name: string, kind: string): string {
  return new URL(`${name}-${kind}.png`, folder).pathname
}

/** The checker is a script, and the pages run none: it looks at the same HTML in a browser that does. */
async function faults(page: Page, html: string, look: BrowserContextOptions): Promise<string[]> {
  const twin = await page.context().browser()?.newPage(look)
  if (twin === undefined) throw new Error('the page belongs to no browser')
  try {
    await twin.route(page.url(), (route) => route.fulfill({ body: html, contentType: 'text/html; charset=utf-8' }))
    await twin.goto(page.url())
    await twin.evaluate(axe)
    const { violations } = await twin.evaluate<AxeResults>(
      'axe.run({ runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] })',
    )
    const tooWide = await twin.evaluate<boolean>('document.documentElement.scrollWidth > innerWidth')
    const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`)
    return tooWide ? [...found, 'it is wider than the window'] : found
  } finally {
    await twin.close()
  }
}
