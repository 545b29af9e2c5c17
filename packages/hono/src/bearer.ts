import type { AccessToken, ClientCertificate, UnknownClaims } from '@auth/core'
import type { Context, MiddlewareHandler } from 'hono'
import { authenticate, authenticateIfSent } from './authentication.js'
import { guarding } from './guard.js'
import { type Resolve, resolver, type VerifierSource } from './source.js'

/** The variables that `bearer()` sets, for sub-applications: `new Hono<AuthEnv<TokenOf<typeof verifier>>>()`. */
export interface AuthEnv<T = AccessToken> {
  Variables: { token: T }
}

/** Options of `bearer`. */
export interface BearerOptions {
  /**
   * Lets requests without a token pass; `c.var.token` is then undefined. A token that is there and not valid is
   * refused all the same. @default false
   */
  readonly optional?: boolean | undefined
  /**
   * Finds the certificate of a request's client, for tokens that are bound to one (RFC 8705 §3). On Node:
   * `(c) => c.env.incoming.socket.getPeerCertificate().raw`. Needs the verifier's `mtls`. @default what that finds
   */
  readonly certificate?: ((c: Context) => ClientCertificate | undefined) | undefined
}

/**
 * Lets a request pass that brings a valid access token (RFC 6750), and puts the token into `c.var.token`. Every other
 * one gets the core's answer, which `onError` does not see.
 *
 * Two of them with one verifier verify once per request.
 *
 * @param source a verifier, its options, or `(c) => …` of these. Default: `AUTH_ISSUER` and `AUTH_AUDIENCE`, from
 * `c.env` where they are bound there, else from the process, read at the first request.
 * @throws TypeError for wrong options; at the first request for those of a function or the environment.
 * @example
 * const app = new Hono()
 *   .use(bearer({ issuer: 'https://as.example.com', audience: 'https://api.example.com' }))
 *   .get('/me', (c) => c.json({ subject: c.var.token.subject }))
 */
export function bearer<S extends string = string, C extends object = UnknownClaims>(
  source?: VerifierSource<S, C>,
  options?: BearerOptions & { readonly optional?: false | undefined },
): MiddlewareHandler<AuthEnv<AccessToken<S, C>>>
export function bearer<S extends string = string, C extends object = UnknownClaims>(
  source: VerifierSource<S, C> | undefined,
  options: BearerOptions,
): MiddlewareHandler<AuthEnv<AccessToken<S, C> | undefined>>
export function bearer<S extends string, C extends object>(
  source?: VerifierSource<S, C>,
  options: BearerOptions = {},
): MiddlewareHandler {
  return bearerMiddleware(resolver(source), options)
}

export function bearerMiddleware(
  resolve: Resolve,
  { optional = false, certificate }: BearerOptions,
): MiddlewareHandler {
  const look = optional ? authenticateIfSent : authenticate
  const { verifier } = resolve
  const check =
    verifier === undefined
      ? async (c: Context) => await look(c, await resolve(c), certificate)
      : (c: Context) => look(c, verifier, certificate)
  return guarding({ resolve, check })
}
