import type { Context } from 'hono'
import type { JSX } from 'hono/jsx/jsx-runtime'
import type { ContentfulStatusCode } from 'hono/utils/http-status'

/** Answers with a page. Nobody keeps it: it shows what one person may see, as long as they are logged in. */
export function page(
  c: Context,
  content: JSX.Element,
  status: ContentfulStatusCode = 200,
): Response | Promise<Response> {
  c.header('cache-control', 'no-store')
  return c.html(htmlOf(content), status)
}

/** A page as it is sent. */
export function htmlOf(content: JSX.Element): string {
  return `<!doctype html>${content}`
}
