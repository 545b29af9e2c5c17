import { IncomingMessage, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import type Provider from 'oidc-provider'

/** Where a Provider's answer tells us which stored token stands behind the JWT it has just signed. */
export const twinState = 'twin'

/** A request for oidc-provider, at a path below its issuer. */
export interface ProviderRequest {
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly headers?: Readonly<Record<string, string>> | undefined
  readonly body?: string | undefined
}

/** What oidc-provider answered, before it became bytes. */
export interface ProviderAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: unknown
  /** The stored token that stands behind the JWT in the body. */
  readonly twin: string | undefined
}

/** Speaks to a Provider without a socket in between. */
export type Exchange = (request: ProviderRequest) => Promise<ProviderAnswer>

/** Connects to a Provider; to be done once for each, since it adds to what the Provider does. */
export function connect(provider: Provider): Exchange {
  const answers = new WeakMap<object, ProviderAnswer>()
  const { host, pathname } = new URL(provider.issuer)

  provider.use(async (ctx, next) => {
    ctx.mountPath = pathname
    await next()
    ctx.respond = false
    const twin: unknown = ctx.state[twinState]
    answers.set(ctx.req, {
      status: ctx.status,
      headers: textHeaders(ctx.response.headers),
      body: ctx.body,
      twin: typeof twin === 'string' ? twin : undefined,
    })
  })
  const callback = provider.callback()

  return async ({ method, path, headers = {}, body = '' }) => {
    const request = new IncomingMessage(new Socket())
    const length = body === '' ? {} : { 'content-length': String(Buffer.byteLength(body)) }
    Object.assign(request, {
      method,
      url: path,
      headers: { host, accept: 'application/json', ...headers, ...length },
    })
    request.push(body === '' ? null : Buffer.from(body))
    if (body !== '') request.push(null)
    await callback(request, new ServerResponse(request))
    const answer = answers.get(request)
    if (answer === undefined) throw new Error(`oidc-provider did not answer ${method} ${path}`)
    return answer
  }
}

function textHeaders(headers: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      typeof value === 'string' || typeof value === 'number' ? [[name, String(value)]] : [],
    ),
  )
}
