import type { RequestContext } from '../runtime.js'
import { authorizedFetch } from './authorized-fetch.js'
import { atHand, getToken, liveToken } from './get-token.js'
import type { HeadersOptions, TokenClientOptions, TokenRequestOptions } from './options.js'
import { requestHeaders } from './request-headers.js'
import { revokeAll } from './revoke.js'
import { readSettings } from './settings.js'
import { sourceWithin, type TokenSource, tokenSource } from './source.js'
import { type TokenSet, tokenSet } from './token-set.js'
import { type Read, wishReader } from './wish.js'

/** Gets access tokens from one authorization server, keeps them fresh and sends them. */
export interface TokenClient {
  /**
   * A live access token: from the cache, else from the authorization server. However many callers wait, it is asked once.
   *
   * A token near its end is served while a new one is fetched behind the callers' backs; a failed renewal is not seen
   * while the token lives.
   *
   * @throws TokenRequestError when there is none; the signal's reason when the caller gave up.
   */
  readonly getToken: (options?: TokenRequestOptions) => Promise<TokenSet>
  /**
   * `fetch` with the access token (RFC 6750 §2.1), to allowed origins only.
   *
   * A 401 causes one renewal and one retry, if the body can be sent again (a stream cannot). A redirect to an origin
   * that is not allowed is returned, not followed; to another one that is allowed, the caller's own credentials
   * (`Authorization`, `Cookie`, `Proxy-Authorization`) do not go along.
   *
   * @throws TokenRequestError `origin_not_allowed` before anything is sent, `redirect_refused` for a redirect to a URL
   * that holds credentials or is no http, else as {@link TokenClient.getToken}; what
   * `fetch` throws.
   */
  readonly fetch: (input: string | URL | Request, init?: RequestInit) => Promise<Response>
  /**
   * The headers that carry the token, by their names in lower case: for whoever sends requests by other means than
   * `fetch`, axios, got or gRPC for instance. With `dpop` they hold a proof, which is good for one request to `url`.
   *
   * Nothing is tried again here: after a 401, ask with `forceRefresh` and send the request once more.
   *
   * @throws TokenRequestError `origin_not_allowed` where `url` is none of `allowedOrigins`, `invalid_request` where a
   * proof is needed and there is no `url`; else as {@link TokenClient.getToken}.
   * @example await axios.get(url, { headers: await client.getHeaders({ url }) })
   */
  readonly getHeaders: (options?: HeadersOptions) => Promise<Readonly<Record<string, string>>>
  /**
   * Ends the tokens this client got: takes them out of the cache, in turn with whoever is renewing one, then tells the
   * authorization server the way its profile says (RFC 7009, by id, or by signing out). A token it no longer knows is no
   * failure. A client that was given a refresh token is at its end then, even if it never used it.
   *
   * Of what was asked for with other scopes, resources or grants, 10,000 of this process count, those used lately; what is asked
   * for meanwhile is new, and so is the token of a login that is under way. It takes up to six times `timeout` where
   * another process renews, or died while it did.
   *
   * @throws TokenRequestError when the server could not be told; the cache is empty all the same. If it is the store that
   * failed, `temporarily_unavailable`: this client does not use what is left in it.
   */
  readonly revoke: () => Promise<void>
  /**
   * Ends requests to the authorization server, and what waits for them. Every later call fails with `client_closed`; what
   * `fetch` sent to an API before is its caller's, and goes on.
   */
  readonly close: () => void
  /**
   * The same client for one request, on runtimes where a promise must not be met outside the request it was made in
   * (Cloudflare Workers). Cache and failures are shared with all requests, requests to the authorization server are not
   * joined but awaited by looking into the cache, and a renewal that nobody waits for is kept alive by `waitUntil`.
   *
   * Elsewhere it is not needed. Without it, a client there renews no token before a caller has to wait for it.
   *
   * @example const answer = await client.within(c.executionCtx).fetch('https://api.example.com/accounts')
   */
  readonly within: (context: RequestContext) => TokenClient
}

/**
 * Creates a token client for one authorization server.
 *
 * @throws TypeError saying which option is missing or wrong, what was expected, and an example.
 * @example
 * const client = createTokenClient({
 *   profile: portx(),
 *   clientId: 'my-client',
 *   clientSecret: process.env.PORTX_SECRET,
 *   scope: 'accounts:read',
 * })
 * const answer = await client.fetch('https://api.portx.io/orca/v1/accounts')
 */
export function createTokenClient(options: TokenClientOptions): TokenClient {
  const settings = readSettings(options)
  return clientOf(tokenSource(settings), wishReader(settings))
}

/** The options of a call that has none. */
const none: TokenRequestOptions = {}

function clientOf(source: TokenSource, read: Read): TokenClient {
  const { settings } = source
  return {
    getToken: (options = none) => {
      try {
        const wish = read(options)
        // Most calls are for a token at hand: they make no promise but the one they return.
        return atHand(source, wish, options) ?? getToken(source, wish, options).then(tokenSet)
      } catch (error) {
        return Promise.reject(error)
      }
    },
    fetch: authorizedFetch(settings, source, read(none)),
    getHeaders: async (options = none) => {
      const wish = read(options)
      return await requestHeaders(settings, options, () => liveToken(source, wish, options))
    },
    revoke: () => revokeAll(source),
    close: () => settings.closing.close(),
    within: (context) => clientOf(sourceWithin(source, context), read),
  }
}
