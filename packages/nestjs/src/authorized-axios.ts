import type { TokenClient } from '@auth/core'

/** What axios, and so Nest's `HttpModule`, takes to send a client's token. */
export interface AuthorizedAxios {
  readonly adapter: 'fetch'
  readonly env: { readonly fetch: TokenClient['fetch']; readonly Request: typeof Request }
}

/** A request that still has its body as it was given: read from the request, it could be sent only once. */
class Repeatable extends Request {
  readonly given: RequestInit

  constructor(input: string | URL | Request, init: RequestInit = {}) {
    super(input, init)
    this.given = init
  }
}

/**
 * Options with which axios sends every request by `client.fetch`: to allowed origins only, renewed once after a 401. The
 * token is never among axios's own headers, which its errors hold. Call it once for each client.
 *
 * @example
 * HttpModule.registerAsync({
 *   inject: [getTokenClientToken('orca')],
 *   useFactory: (orca: TokenClient) => ({ baseURL: 'https://api.portx.io', ...authorizedAxios(orca) }),
 * })
 */
export function authorizedAxios(client: TokenClient): AuthorizedAxios {
  const send: TokenClient['fetch'] = (input, init) =>
    input instanceof Repeatable ? client.fetch(input.url, { ...input.given, ...init }) : client.fetch(input, init)
  return { adapter: 'fetch', env: { fetch: send, Request: Repeatable } }
}
