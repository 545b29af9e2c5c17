import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** One file of the page, with what its answer says of it. */
export interface DocsFile {
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/**
 * The page at `/docs` that shows the document at `/docs-json`, as NestJS has it. Everything comes from here: it works
 * without the internet, and no other host sees who reads it.
 */
export function docsFiles(): readonly DocsFile[] {
  return [
    file('/docs', 'text/html', page),
    file('/docs/start.js', 'text/javascript', start),
    file('/docs/swagger-ui.css', 'text/css', read(import.meta.resolve('swagger-ui-dist/swagger-ui.css'))),
    file('/docs/swagger-ui.js', 'text/javascript', read(import.meta.resolve('swagger-ui-dist/swagger-ui-bundle.js'))),
  ]
}

const page = `<!doctype html>
<html lang="en">
  <meta charset="utf-8">
  <title>Accounts API</title>
  <link rel="stylesheet" href="/docs/swagger-ui.css">
  <div id="docs"></div>
  <script src="/docs/swagger-ui.js"></script>
  <script src="/docs/start.js"></script>
</html>
`

const start = `SwaggerUIBundle({ url: '/docs-json', dom_id: '#docs', validatorUrl: null })\n`

/** Tokens are typed into this page: nothing but what it comes with may run on it, and nobody may frame it. */
const policy =
  "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'"

function file(path: string, type: string, body: string): DocsFile {
  return { path, body, headers: { 'content-type': `${type}; charset=utf-8`, 'content-security-policy': policy } }
}

function read(url: string): string {
  return readFileSync(fileURLToPath(url), 'utf8')
}
