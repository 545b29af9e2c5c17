import { mkdir, readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import type { AxeResults } from 'axe-core'
import type { Page } from 'playwright-core'
import { expect } from 'vitest'

/** Where CI keeps what it has made. */
const folder = new URL('../../../../.ci/output/screenshots/', import.meta.url)

const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** Keeps a picture of a page, light and dark, and expects that nothing on it shuts anybody out (WCAG 2.2 AA). */
export async function look(page: Page, name: string): Promise<void> {
  await mkdir(folder, { recursive: true })
  const html = await page.content()
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme })
    await page.screenshot({ path: new URL(`${name}-${colorScheme}.png`, folder).pathname, fullPage: true })
    const { violations } = await check(page, html, colorScheme)
    const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`)
    expect(found, `${name}, ${colorScheme}`).toEqual([])
  }
}

/** The checker is a script, and the pages run none: it looks at the same HTML in a browser that does. */
async function check(page: Page, html: string, colorScheme: 'light' | 'dark'): Promise<AxeResults> {
  const twin = await page.context().browser()?.newPage({ colorScheme })
  if (twin === undefined) throw new Error('the page belongs to no browser')
  try {
    await twin.route(page.url(), (route) => route.fulfill({ body: html, contentType: 'text/html; charset=utf-8' }))
    await twin.goto(page.url())
    await twin.evaluate(axe)
    return await twin.evaluate<AxeResults>(
      'axe.run({ runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] })',
    )
  } finally {
    await twin.close()
  }
}
