import {
  type AccessToken,
  BearerError,
  type NodeRequest,
  type RequestLike,
  type UnknownClaims,
  type Verifier,
} from '@auth/core'
import { handshake, type RequestInfo } from './socket.js'
import { resolver, type VerifierSource } from './source.js'

/** What became of a request's token: it was accepted, or why not. */
export type Authentication<T = AccessToken> =
  | { readonly token: T; readonly error?: undefined }
  | { readonly token?: undefined; readonly error: BearerError }

/** What procedures find in the context: `initTRPC.context<MyContext & AuthContext<TokenOf<typeof verifier>>>()`. */
export interface AuthContext<T = AccessToken> {
  readonly auth: Authentication<T>
}

/** What is needed of what tRPC's adapters hand to `createContext`. */
export interface ContextOptions {
  readonly req: Request | IncomingRequest
  readonly info?: RequestInfo | undefined
}

/** Node's request, Express's, or Fastify's, which has Node's as `raw`. */
export interface IncomingRequest extends NodeRequest {
  /** The target as it was sent, where a router has rewritten `url`. */
  readonly originalUrl?: string | undefined
  readonly raw?: NodeRequest | undefined
}

/** Makes the context of a request. */
export type CreateAuthContext<T> = (options: ContextOptions) => Promise<AuthContext<T>>

/**
 * Makes the `createContext` of tRPC's fetch, Node, Express, Fastify and WebSocket adapters: it verifies the token of each
 * request, or connection, and notes what became of it. A refusal is no exception here: which procedures need a token is theirs to say, and a
 * streamed answer has sent its headers before any of them runs.
 *
 * @param source a verifier or its options. Default: `AUTH_ISSUER` and `AUTH_AUDIENCE` from the environment, read at the
 * first request.
 * @throws TypeError for wrong options; at the first request for a wrong environment.
 * @example
 * createHTTPServer({ router, createContext: createAuthContext(verifier), responseMeta })
 */
export function createAuthContext<S extends string = string, C extends object = UnknownClaims>(
  source?: VerifierSource<S, C>,
): CreateAuthContext<AccessToken<S, C>> {
  return contextOf(resolver(source))
}

/** The same for a verifier that is used elsewhere too: only the one that accepted a token can say what it may do. */
export function contextOf<S extends string, C extends object>(
  resolve: () => Verifier<S, C>,
): CreateAuthContext<AccessToken<S, C>> {
  return async ({ req, info }) => {
    try {
      return { auth: { token: await resolve().authenticate(requestLike(req, info)) } }
    } catch (error) {
      if (error instanceof BearerError) return { auth: { error } }
      throw error
    }
  }
}

/**
 * The token of a context.
 *
 * @throws BearerError why there is none; TypeError for a context without `auth`.
 */
export function tokenOf<T>({ auth }: Partial<AuthContext<T>>): T {
  if (auth?.error !== undefined) throw auth.error
  if (auth?.token !== undefined) return auth.token
  throw new TypeError('the context has no auth: spread what createAuthContext(…) makes into that of createContext')
}

function requestLike(req: Request | IncomingRequest, info: RequestInfo | undefined): RequestLike {
  if (isFetchRequest(req)) return req
  const { method, url, headers, rawHeaders, socket } = req.raw ?? req
  return handshake({ method, url: req.originalUrl ?? url, headers, rawHeaders, socket }, info)
}

/** By what it can do, not by its class: other realms bring a `Request` of their own. */
function isFetchRequest(req: Request | IncomingRequest): req is Request {
  return 'get' in req.headers && typeof req.headers.get === 'function'
}
