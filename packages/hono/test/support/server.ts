import { once } from 'node:events'
import { request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { createAdaptorServer } from '@hono/node-server'
import type { Context, Hono } from 'hono'

/** An application that listens on a socket. */
export interface Listening extends AsyncDisposable {
  readonly url: string
}

/** Any application, whatever its environment. */
export type AnyApp = Pick<Hono, 'fetch'>

/** Serves an application on a free port. */
export async function listen(app: AnyApp): Promise<Listening> {
  const server = createAdaptorServer({ fetch: app.fetch })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    [Symbol.asyncDispose]: async () => {
      server.close()
      await once(server, 'close')
    },
  }
}

/** What came back. */
export interface Answer {
  readonly status: number | undefined
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** Sends one request as it stands, so that a field can be there twice. */
export async function call(url: string, authorization: readonly string[] = [], method = 'GET'): Promise<Answer> {
  const fields = authorization.flatMap((value) => ['authorization', value])
  const headers = ['host', new URL(url).host, 'content-length', '0', ...fields]
  const sent = request(url, { method, agent: false, headers }).end()
  const [response] = await once(sent, 'response')
  const fieldsOf = Object.entries<unknown>(response.headers).map(([name, value]) => [name, String(value)])
  return { status: response.statusCode, headers: Object.fromEntries(fieldsOf), body: await text(response) }
}

/** Serves an application for the duration of one request. */
export async function ask(
  app: AnyApp,
  path: string,
  authorization?: readonly string[],
  method?: string,
): Promise<Answer> {
  await using server = await listen(app)
  return await call(server.url + path, authorization, method)
}

/** A handler that answers with what the middleware found. */
export function whoAmI(c: Context): Response {
  const token: { readonly subject?: string; readonly scopes?: readonly string[] } | undefined = c.var.token
  return c.json({ token: token === undefined ? null : { subject: token.subject, scopes: token.scopes } })
}
